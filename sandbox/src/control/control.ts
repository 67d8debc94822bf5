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

/** Requests below it are for the sandbox itself. No bucket can have such a name, and no other service such a path. */
const PREFIX = '/_sandbox/';

export interface ControlOptions {
  readonly clock: SandboxClock;
  readonly faults: Faults;
  /** Fills a vault with archives that are worked out, not stored. */
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

/** Answers requests that move the sandbox itself; null for those of AWS clients. */
export function createControl(options: ControlOptions): (request: IncomingMessage) => Promise<Reply> | null {
  return (request) => (request.url?.startsWith(PREFIX) === true ? answer(options, request) : null);
}

async function answer(options: ControlOptions, request: IncomingMessage): Promise<Reply> {
  const path = (request.url ?? '').slice(PREFIX.length);
  const vault = /^vaults\/([A-Za-z0-9_.-]{1,255})\/seed$/.exec(path)?.[1] ?? '';
  const name = `${request.method} ${vault === '' ? path : 'vaults/VAULT/seed'}`;
  const handler = ROUTES[name];
  if (handler === undefined) return refuse(404, `There is no ${name}. There are: ${Object.keys(ROUTES).join(', ')}`);
  try {
    return reply(200, await handler(options, { body: await text(request), vault }));
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === null) throw error;
    return refuse(400, sentence);
  }
}

/** What is wrong with a request; null where the sandbox itself has failed. */
function sentenceOf(error: unknown): string | null {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof SyntaxError) return `The body is no JSON: ${error.message}`;
  return error instanceof SeedSpecError || error instanceof GlacierError ? error.message : null;
}

const refuse = (status: number, message: string): Reply => reply(status, { error: message });

const reply = (status: number, body: object): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(body)}\n`,
});
