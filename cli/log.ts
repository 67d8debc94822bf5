import { destination, pino, type DestinationStream, type Logger, type LoggerOptions } from 'pino';
import pretty from 'pino-pretty';
import { safeFields, safeLine } from './log-fields';
import { isInteractive, wantsColour, type Output } from './output';

type Level = 'info' | 'warn';

/** The log of workers and servers on standard error: for people on a terminal, JSON Lines for collectors elsewhere. */
export function createLogger(output: Output, level: Level = 'info'): Logger {
  if (!isInteractive(output.stderr, output.env)) return loggerTo(linesTo(2), { level });
  return loggerTo(prettyTo(2, wantsColour(output.stderr, output.env)), { level, base: null });
}

/** Buffer while the disk is full; more than this is lost. */
const MOST_WAITING_BYTES = 1024 * 1024;

/** JSON Lines. A log that cannot be written, as on a full disk, stops no work: its lines are buffered. */
export function linesTo(fd: number): DestinationStream {
  const lines = destination({ dest: fd, sync: true, maxLength: MOST_WAITING_BYTES });
  lines.on('error', () => undefined);
  return {
    write: (line) => {
      try {
        lines.write(line);
      } catch {
        // As said above.
      }
    },
  };
}

/** Lines for people. @param target a file descriptor or a stream */
export const prettyTo = (target: number | NodeJS.WritableStream, colorize: boolean): DestinationStream =>
  pretty({
    destination: target,
    sync: true,
    colorize,
    singleLine: true,
    // Any other error is an ordinary field on the same line.
    errorLikeObjectKeys: ['err'],
    translateTime: 'SYS:HH:MM:ss',
    ignore: 'pid,hostname',
  });

/** A logger whose lines are safe for a terminal in every format: see log-fields.ts. */
export const loggerTo = (stream: DestinationStream, options: LoggerOptions): Logger =>
  pino(
    {
      ...options,
      formatters: { log: safeFields },
      // Errors are fields by then.
      serializers: { err: (fields: unknown) => fields },
      hooks: {
        logMethod(args, method) {
          const safe = args.map((arg: unknown) => (typeof arg === 'string' ? safeLine(arg) : arg));
          method.apply(this, safe as typeof args);
        },
      },
    },
    stream,
  );
