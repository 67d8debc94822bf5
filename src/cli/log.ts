import { destination, pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { isInteractive, wantsColour, type Output } from './output';

/** The log of workers and servers on standard error: for people on a terminal, JSON Lines for collectors elsewhere. */
export function createLogger(output: Output, level: 'info' | 'warn' = 'info'): Logger {
  const toStderr = { dest: 2, sync: true } as const;
  if (!isInteractive(output.stderr, output.env)) return pino({ level }, destination(toStderr));
  const colorize = wantsColour(output.stderr, output.env);
  return pino(
    { level, base: null },
    pretty({
      destination: 2,
      sync: true,
      colorize,
      singleLine: true,
      translateTime: 'SYS:HH:MM:ss',
      ignore: 'pid,hostname',
    }),
  );
}
