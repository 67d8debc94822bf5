import { STATUS_CODES } from 'node:http';
import type { Failure } from '../failures';
import { KIND_OF_CODE, kindOfCode, kindOfStatus, REMEDIES, type FaultKind } from './fault-codes';
import { requestOf, type NamedRequest } from './named-requests';

export type { FaultKind } from './fault-codes';

/** The facts of an AWS error that people need. */
export interface Fault {
  readonly kind: FaultKind;
  readonly code: string;
  readonly message: string;
  readonly httpStatus: number | null;
  readonly requestId: string | null;
  /** What was asked for; null where the error is not an answer to a request. */
  readonly request: NamedRequest | null;
}

/** What the AWS SDK, Node's sockets and its streams put on their errors. */
interface RawError {
  readonly name?: unknown;
  readonly code?: unknown;
  readonly message?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** What the SDK calls an error whose reply has no body, as those to HEAD requests. */
const NAMELESS = 'Unknown';
const NAMELESS_MESSAGE = 'UnknownError';

/** Reads the facts out of whatever an AWS client, a body stream or a socket threw. */
export function describeFault(error: unknown): Fault {
  const raw = (typeof error === 'object' && error !== null ? error : {}) as RawError;
  const httpStatus = raw.$metadata?.httpStatusCode ?? null;
  const named = [raw.name, raw.code].filter((code): code is string => typeof code === 'string' && code !== NAMELESS);
  const code =
    named.find((name) => KIND_OF_CODE.has(name)) ?? named[0] ?? (httpStatus === null ? 'Error' : `HTTP ${httpStatus}`);
  const said = typeof raw.message === 'string' && raw.message !== NAMELESS_MESSAGE ? raw.message : '';
  const message = said === '' ? (STATUS_CODES[httpStatus ?? 0] ?? String(error)) : said;
  return {
    kind: kindOfCode(code, message) ?? kindOfStatus(httpStatus ?? 0, named.length > 0),
    code,
    message,
    httpStatus,
    requestId: raw.$metadata?.requestId ?? null,
    request: requestOf(raw),
  };
}

/** One sentence for people: what AWS answered, with the request id. */
export const faultSentence = (fault: Fault): string => `${fault.code}: ${fault.message}${requestIdOf(fault)}`;

/** ` (AWS request …)`, or nothing. */
export const requestIdOf = ({ requestId }: Fault): string => (requestId === null ? '' : ` (AWS request ${requestId})`);

/** Trying the same again may help: the fault is the line's or AWS's, or AWS wants to be asked less often. */
export const isPassing = ({ kind }: Fault): boolean => kind === 'passing' || kind === 'throttled';

/** The failure type an AWS fault ends in when nothing better is known of it, and whether trying again can help. */
export function failureOf(kind: FaultKind): { type: Failure; retryable: boolean } {
  const { remedy, failure } = REMEDIES[kind];
  return { type: failure, retryable: remedy === 'retry' || remedy === 'back-off' };
}
