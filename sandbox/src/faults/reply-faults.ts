import { setTimeout } from 'node:timers/promises';
import { BrokenOff } from '../send';
import type { Reply } from '../service';

const SLICES_PER_SECOND = 10;

/** The reply with a header replaced or removed; names are case-insensitive. */
export function withHeader({ status, headers, body }: Reply, name: string, value: string | null): Reply {
  const others = Object.entries(headers).filter(([other]) => other.toLowerCase() !== name.toLowerCase());
  const changed = Object.fromEntries(value === null ? others : [...others, [name.toLowerCase(), value]]);
  return { status, headers: changed, ...(body === undefined ? {} : { body }) };
}

/** The reply with its body passed through `change`. The Content-Length stays. */
function withBody(reply: Reply, change: (body: AsyncIterable<Buffer>) => AsyncIterable<Buffer>): Reply {
  const lengthBytes = bodyBytes(reply);
  return { ...withHeader(reply, 'content-length', String(lengthBytes)), body: change(chunksOf(reply)) };
}

/** Length of the body in bytes. */
export function bodyBytes({ headers, body }: Reply): number {
  if (typeof body === 'string' || Buffer.isBuffer(body)) return Buffer.byteLength(body);
  const [, length] = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-length') ?? [];
  return Number(length ?? 0);
}

async function* chunksOf({ body }: Reply): AsyncGenerator<Buffer> {
  if (body === undefined) return;
  if (typeof body === 'string' || Buffer.isBuffer(body)) yield Buffer.from(body);
  else yield* body;
}

/** Truncates the body: by breaking the connection or, with the length `adjusted`, as if it were complete. */
export function cutReply(reply: Reply, afterBytes: number, ending: BrokenOff['how'] | 'adjusted'): Reply {
  if (bodyBytes(reply) <= afterBytes) return reply;
  const cut = withBody(reply, async function* (body) {
    yield* firstBytes(body, afterBytes);
    if (ending !== 'adjusted') throw new BrokenOff(ending);
  });
  return ending === 'adjusted' ? withHeader(cut, 'content-length', String(afterBytes)) : cut;
}

async function* firstBytes(body: AsyncIterable<Buffer>, most: number): AsyncGenerator<Buffer> {
  let rest = most;
  for await (const chunk of body) {
    if (rest === 0) return;
    yield chunk.subarray(0, rest);
    rest -= Math.min(rest, chunk.length);
  }
}

/** Flips one bit of the body. */
export const flipBit = (reply: Reply, byte: number, bit: number): Reply =>
  withBody(reply, async function* (body) {
    let start = 0;
    for await (const chunk of body) {
      const at = byte - start;
      if (at >= 0 && at < chunk.length) {
        const changed = Buffer.from(chunk);
        changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at);
        yield changed;
      } else {
        yield chunk;
      }
      start += chunk.length;
    }
  });

/** Sends the body in small slices with pauses between them, in real time. */
export const slowDown = (reply: Reply, bytesPerSecond: number, signal: AbortSignal): Reply =>
  withBody(reply, async function* (body) {
    const sliceBytes = Math.max(1, Math.floor(bytesPerSecond / SLICES_PER_SECOND));
    for await (const chunk of body) {
      for (let start = 0; start < chunk.length; start += sliceBytes) {
        const slice = chunk.subarray(start, start + sliceBytes);
        await setTimeout((1000 * slice.length) / bytesPerSecond, undefined, { signal });
        yield slice;
      }
    }
  });

/** S3 may start a success and end it with an error: status 200, white space while it works, then the error document. */
export const errorInSuccess = (refused: Reply): Reply => ({
  status: 200,
  headers: refused.headers,
  body: textOf(refused).replace('?>', '?>\n \n \n'),
});

const textOf = ({ body }: Reply): string => (typeof body === 'string' ? body : '');
