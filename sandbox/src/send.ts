import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { finished, pipeline } from 'node:stream/promises';
import type { Reply } from './service';

/** Thrown by the body of a reply that must end in the middle: the connection is closed or reset. */
export class BrokenOff extends Error {
  override readonly name = 'BrokenOff';

  constructor(readonly how: 'close' | 'reset') {
    super(`The reply breaks off here: ${how}.`);
  }
}

/**
 * Sends a reply, unless the client has gone.
 * @param onSent called for each sent piece of a streamed body
 * @throws whatever the body throws; nothing more can be sent then
 */
export async function sendReply(
  request: IncomingMessage,
  response: ServerResponse,
  reply: Reply,
  onSent: (bytes: number) => void = () => undefined,
): Promise<void> {
  const { status, headers, body } = reply;
  // A client that is still sending does not read the answer, and would never see it if the connection were closed.
  if (status >= 400) await finished(request.resume()).catch(() => response.destroy());
  if (response.destroyed) return;
  if (body !== undefined && typeof body !== 'string' && !Buffer.isBuffer(body)) {
    response.writeHead(status, { ...headers });
    await pipeline(resettable(body, response, onSent), response);
    return;
  }
  const bytes = Buffer.from(body ?? '');
  // The length of a HEAD is that of the omitted body; these statuses have no length.
  const withLength = status === 204 || status === 304 ? headers : { 'content-length': bytes.length, ...headers };
  response.writeHead(status, { ...withLength });
  response.end(request.method === 'HEAD' ? undefined : bytes);
}

/** Ends the connection with a TCP reset after everything written was sent. */
export async function resetConnection({ socket }: ServerResponse): Promise<void> {
  if (socket === null) return;
  while (hasUnsent(socket)) await setImmediate();
  socket.resetAndDestroy();
}

const hasUnsent = (socket: Socket): boolean => !socket.destroyed && socket.writableLength > 0;

async function* resettable(
  body: Iterable<Buffer> | AsyncIterable<Buffer>,
  response: ServerResponse,
  onSent: (bytes: number) => void,
): AsyncGenerator<Buffer> {
  try {
    for await (const piece of body) {
      yield piece;
      onSent(piece.length);
    }
  } catch (error) {
    if (error instanceof BrokenOff && error.how === 'reset') await resetConnection(response);
    throw error;
  }
}
