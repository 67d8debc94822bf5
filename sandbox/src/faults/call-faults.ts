import type { IncomingMessage } from 'node:http';
import type { Incoming } from '../server';
import type { Reply } from '../service';
import type { ArmedRule } from './armed-rule';
import { refusalOf } from './error-table';
import { bodyBytes, cutReply, errorInSuccess, flipBit, slowDown, withHeader } from './reply-faults';
import type { CallRule } from './rules';

/** What a fault can change in the state of a service, as if AWS had done it. */
export interface Effects {
  /** The output of a finished job is gone. */
  readonly expireJob: (vault: string, jobId: string) => void;
  /** A multipart upload is gone. */
  readonly abortUpload: (bucket: string, key: string, uploadId: string) => void;
}

/** Answers a call with its faults. Null: the connection is reset without an answer. */
export async function answerWithFaults(
  incoming: Incoming,
  rules: readonly ArmedRule<CallRule>[],
  effects: Effects,
  signal: AbortSignal,
): Promise<Reply | null> {
  for (const { rule } of rules) {
    const early = applyBefore(incoming, rule, effects);
    if (early !== undefined) return early;
  }
  let reply = await incoming.recognised.answer(signal);
  for (const armed of rules) {
    if (armed.rule.fault === 'lose-reply') return null;
    reply = applyToReply(reply, armed, signal);
  }
  return reply;
}

/** What happens before the call is executed; undefined: the call is executed anyway. */
function applyBefore(incoming: Incoming, rule: CallRule, effects: Effects): Reply | null | undefined {
  const { request, call, recognised } = incoming;
  switch (rule.fault) {
    case 'error':
      return recognised.refuse(refusalOf(call.service, rule));
    case 'error-in-success':
      return errorInSuccess(recognised.refuse(refusalOf(call.service, rule)));
    case 'reset':
      if (rule.afterBytes === 0) return null;
      if (sentBytes(request) > 0) resetAfter(request, rule.afterBytes);
      return undefined;
    case 'ignore-range':
      delete request.headers.range;
      return undefined;
    case 'expire-job':
      effects.expireJob(String(call.detail['vault'] ?? ''), String(call.detail['job'] ?? ''));
      return undefined;
    case 'abort-upload':
      effects.abortUpload(
        String(call.detail['bucket'] ?? ''),
        String(call.detail['key'] ?? ''),
        String(call.detail['uploadId'] ?? ''),
      );
      return undefined;
    case 'slow':
    case 'truncate':
    case 'flip-bit':
    case 'header':
    case 'lose-reply':
      return undefined;
  }
}

function applyToReply(reply: Reply, { rule, random }: ArmedRule<CallRule>, signal: AbortSignal): Reply {
  switch (rule.fault) {
    case 'reset':
      return cutReply(reply, rule.afterBytes, 'reset');
    case 'truncate':
      return cutReply(reply, rule.afterBytes, rule.contentLength === 'kept' ? 'close' : 'adjusted');
    case 'slow':
      return slowDown(reply, rule.bytesPerSecond, signal);
    case 'flip-bit':
      return flipBit(reply, rule.byte ?? Math.floor(random() * bodyBytes(reply)), Math.floor(random() * 8));
    case 'header':
      return withHeader(reply, rule.header, rule.value);
    case 'error':
    case 'error-in-success':
    case 'ignore-range':
    case 'expire-job':
    case 'abort-upload':
    case 'lose-reply':
      return reply;
  }
}

const sentBytes = ({ headers }: IncomingMessage): number => Number(headers['content-length'] ?? 0);

/** Resets the connection once so many bytes of the request's body have arrived. */
function resetAfter(request: IncomingMessage, afterBytes: number): void {
  let arrivedBytes = 0;
  // Paused first: a listener alone would start the flow before the body has a reader.
  request.pause();
  request.on('data', (chunk: Buffer) => {
    arrivedBytes += chunk.length;
    if (arrivedBytes >= afterBytes) request.socket.resetAndDestroy();
  });
}
