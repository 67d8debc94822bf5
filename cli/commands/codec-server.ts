import type { Command } from 'commander';
import { type CliContext, withExamples } from '../context';
import { CliError, ExitCode, usageError } from '../exit-codes';
import { aborted, listenForInterruption } from '../interruption';
import { parsePort } from '../parse/quantity';
import { safeText } from '../text/format';
import { configuredCodec } from '../../src/temporal/codec/data-converter';
import { startCodecEndpoint } from '../../src/temporal/codec/endpoint';
import { PAYLOAD_KEYS_VARIABLE } from '../../src/temporal/codec/key-ring';
import { loadDevSettings } from '../../src/temporal/dev-settings';

const DEFAULT_PORT = 8081;

interface CodecServerOptions {
  readonly port: number;
  readonly webUi?: string;
}

export function registerCodecServer(program: Command, context: CliContext): void {
  const command = program
    .command('codec-server')
    .description(
      'Encrypts and decrypts payloads for the Temporal Web UI and CLI until Ctrl-C, on 127.0.0.1 only, with the keys in ' +
        `the file that ${PAYLOAD_KEYS_VARIABLE} names. Any program on this machine can use it to decrypt ` +
        'payloads: run it only while you need it.',
    )
    .option('--port <port>', 'port on 127.0.0.1; 0 for any free one', parsePort, DEFAULT_PORT)
    .option('--web-ui <url>', "address of the Web UI, the only allowed origin (default: the local server's)", origin)
    .action((options: CodecServerOptions) => codecServer(context, options));
  withExamples(command, [
    'glacier-transfer codec-server',
    'glacier-transfer codec-server --web-ui https://temporal.example.com',
  ]);
}

async function codecServer({ output }: CliContext, { port, webUi }: CodecServerOptions): Promise<void> {
  const codec = configuredCodec();
  if (codec === null) {
    throw new CliError(
      `Payloads are not encrypted: set ${PAYLOAD_KEYS_VARIABLE} to a key file first.`,
      ExitCode.Configuration,
    );
  }
  const origins = webUi === undefined ? localOrigins() : [webUi];
  const interruption = listenForInterruption();
  try {
    const endpoint = await startCodecEndpoint({ codec, port, origins });
    try {
      await output.result(`Codec endpoint: ${endpoint.url}\nWeb UI: ${origins.join(' or ')}`);
      output.message('Press Ctrl-C to stop it.');
      await aborted(interruption.signal);
    } finally {
      await endpoint.close();
    }
  } finally {
    interruption.dispose();
  }
}

/** The local Web UI, under both host names in use. */
function localOrigins(): readonly string[] {
  const { uiPort } = loadDevSettings();
  return [`http://localhost:${uiPort}`, `http://127.0.0.1:${uiPort}`];
}

/** The origin of a page's address. @throws CliError with the usage code */
function origin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url.origin;
  throw usageError(`"${safeText(text)}" is not a valid URL: write it like http://localhost:8233`);
}
