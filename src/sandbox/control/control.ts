import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import type { SandboxClock } from '../clock';
import { durationMs } from '../duration';
import type { Faults } from '../faults/faults';
import type { Reply } from '../service';

/** Requests below it are for the sandbox itself. No bucket can have such a name, and no other service such a path. */
const PREFIX = '/_sandbox/';

export interface ControlOptions {
  readonly clock: SandboxClock;
  readonly faults: Faults;
}

type Handler = (options: ControlOptions, body: unknown) => object;

const advance = z.strictObject({ advance: durationMs });

const ROUTES: Readonly<Record<string, Handler>> = {
  'GET clock': ({ clock }) => ({ now: new Date(clock.now()).toISOString(), rate: clock.rate }),
  'POST clock': ({ clock }, body) => {
    clock.advance(advance.parse(body).advance);
    return { now: new Date(clock.now()).toISOString(), rate: clock.rate };
  },
  'GET faults': ({ faults }) => ({ rules: faults.report() }),
  'POST faults': ({ faults }, body) => {
    faults.add(body);
    return { rules: faults.report() };
  },
  'DELETE faults': ({ faults }) => {
    faults.clear();
    return { rules: [] };
  },
};

/** Answers requests that move the sandbox itself; null for those of AWS clients. */
export function createControl(options: ControlOptions): (request: IncomingMessage) => Promise<Reply> | null {
  return (request) => (request.url?.startsWith(PREFIX) === true ? answer(options, request) : null);
}

async function answer(options: ControlOptions, request: IncomingMessage): Promise<Reply> {
  const name = `${request.method} ${request.url?.slice(PREFIX.length)}`;
  const handler = ROUTES[name];
  if (isFromBrowser(request)) return refuse(403, 'Web pages may not control the sandbox.');
  if (handler === undefined) return refuse(404, `There is no ${name}. There are: ${Object.keys(ROUTES).join(', ')}`);
  try {
    return reply(200, handler(options, request.method === 'POST' ? JSON.parse(await text(request)) : null));
  } catch (error) {
    if (error instanceof z.ZodError) return refuse(400, z.prettifyError(error));
    if (error instanceof SyntaxError) return refuse(400, `The body is no JSON: ${error.message}`);
    throw error;
  }
}

/**
 * A page of the web can send requests to this machine too, also under a name of its own that leads here. Browsers say
 * where such a request comes from, in Origin or in Host.
 */
const isFromBrowser = ({ headers }: IncomingMessage): boolean =>
  headers.origin !== undefined || !/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '');

const refuse = (status: number, message: string): Reply => reply(status, { error: message });

const reply = (status: number, body: object): Reply => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: `${JSON.stringify(body)}\n`,
});
