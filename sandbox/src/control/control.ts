import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { SandboxClock } from '../clock';
import { durationMs } from '../duration';
import type { Faults } from '../faults/faults';
import type { Seeded } from '../glacier';
import { GlacierError } from '../glacier/errors';
import { parseSeedYaml, type SeedSpec, SeedSpecError } from '../glacier/seeding/seed-spec';
import type { Reply } from '../service';

/** Path prefix of requests to the sandbox itself. It is not a valid bucket name, and no other service has such paths. */
const PREFIX = '/_sandbox/';

export interface ControlOptions {
  readonly clock: SandboxClock;
  readonly faults: Faults;
  /** Fills a vault with generated archives, which are not stored. */
  readonly seed: (vault: string, spec: SeedSpec) => Promise<Seeded>;
}

interface ControlRequest {
  readonly body: string;
  /** Of `vaults/VAULT/seed`. */
  readonly vault: string;
}

type Handler = (options: ControlOptions, request: ControlRequest) => object | Promise<object>;

const advance = z.strictObject({ advance: durationMs });

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET clock': ({ clock }) => ({ now: new Date(clock.now()).toISOString(), rate: clock.rate }),
  'POST clock': ({ clock }, { body }) => {
    clock.advance(advance.parse(JSON.parse(body)).advance);
    return { now: new Date(clock.now()).toISOString(), rate: clock.rate };
  },
  'GET faults': ({ faults }) => ({ rules: faults.report() }),
  'POST faults': ({ faults }, { body }) => {
    faults.add(JSON.parse(body));
    return { rules: faults.report() };
  },
  'DELETE faults': ({ faults }) => {
    faults.clear();
    return { rules: [] };
  },
  'POST vaults/VAULT/seed': ({ seed }, { body, vault }) => seed(vault, parseSeedYaml(body)),
};

/** Handles requests that control the sandbox itself; returns null for those of AWS clients. */
export function createControl(options: ControlOptions): (request: IncomingMessage) => Promise<Reply> | null {
  return (request) => (request.url?.startsWith(PREFIX) === true ? answer(options, request) : null);
}

async function answer(options: ControlOptions, request: IncomingMessage): Promise<Reply> {
  const path = (request.url ?? '').slice(PREFIX.length);
  const vault = /^vaults\/([A-Za-z0-9_.-]{1,255})\/seed$/.exec(path)?.[1] ?? '';
  const name = `${request.method} ${vault === '' ? path : 'vaults/VAULT/seed'}`;
  const handler = ROUTES[name];
  if (handler === undefined) return rejection(404, `There is no ${name}. There are: ${Object.keys(ROUTES).join(', ')}`);
  try {
    return reply(200, await handler(options, { body: await text(request), vault }));
  } catch (error) {
    const problem = problemOf(error);
    if (problem === null) throw error;
    return rejection(400, problem);
  }
}

/** What is wrong with a request; null if the error is the sandbox's own. */
function problemOf(error: unknown): string | null {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof SyntaxError) return `The body is not valid JSON: ${error.message}`;
  return error instanceof SeedSpecError || error instanceof GlacierError ? error.message : null;
}

const rejection = (status: number, message: string): Reply => reply(status, { error: message });

const reply = (status: number, body: object): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(body)}\n`,
});
