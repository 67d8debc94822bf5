import { ApplicationFailure } from '@temporalio/common';
import { requestOf } from '../src/aws/errors';
import { originOf } from '../src/failure-origin';
import { safeText } from './text/format';

type Fields = Readonly<Record<string, unknown>>;

const MOST_CHARACTERS = 4_000;
const MOST_DEPTH = 8;

/** One line, safe for a terminal. */
export const safeLine = (text: string): string => safeText(text.slice(0, MOST_CHARACTERS).replaceAll(/\s*\n\s*/g, ' '));

/**
 * The fields of a log line: errors as text with their causes, strings made safe. JSON alone would keep C1 and
 * bidirectional control characters.
 */
export const safeFields = (fields: Fields): Fields => safeObject(fields, 0);

const safeObject = (fields: Fields, depth: number): Fields =>
  Object.fromEntries(
    // Expected errors need no stack: the causes say the same.
    Object.entries(fields).map(([name, value]) => [safeLine(name), safeValue(value, depth, name === 'err')]),
  );

function safeValue(value: unknown, depth: number, withStack = false): unknown {
  if (typeof value === 'string') return safeLine(value);
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MOST_DEPTH) return '…';
  if (isError(value)) return errorFields(value, depth, withStack);
  if (Array.isArray(value)) return value.map((one: unknown) => safeValue(one, depth + 1));
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') return value;
  return safeObject(value as Fields, depth + 1);
}

/** By its shape: Node's errors are not always instances of this realm's Error. */
const isError = (value: object): value is Error =>
  value instanceof Error || ('stack' in value && 'message' in value && typeof value.message === 'string');

/** Fields that Node and the AWS SDK add to errors. */
interface Facts {
  readonly code?: unknown;
  readonly syscall?: unknown;
  readonly path?: unknown;
  readonly hostname?: unknown;
  readonly address?: unknown;
  readonly port?: unknown;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
  readonly errors?: readonly unknown[];
}

/** Why something failed, from the outermost error to the last cause. */
function errorFields(error: Error, depth: number, withStack: boolean): Fields {
  const { code, syscall, path, hostname, address, port, $metadata, errors } = error as Facts;
  const request = requestOf(error);
  const cause = originOf(error)?.error ?? error.cause;
  const fields = {
    type: error instanceof ApplicationFailure ? (error.type ?? error.name) : error.name,
    message: error.message,
    code,
    syscall,
    path,
    hostname,
    address,
    port,
    httpStatus: $metadata?.httpStatusCode,
    awsRequestId: $metadata?.requestId,
    request:
      request === null ? undefined : [`${request.service}:${request.operation}`, request.resource].join(' ').trim(),
    retryInMs: error instanceof ApplicationFailure ? (error.nextRetryDelay ?? undefined) : undefined,
    nonRetryable: error instanceof ApplicationFailure ? (error.nonRetryable ?? undefined) : undefined,
    errors: Array.isArray(errors) ? errors.slice(0, 3) : undefined,
    cause: cause === undefined || cause === error ? undefined : cause,
  };
  const told = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
  return {
    ...safeObject(told, depth + 1),
    ...(withStack ? { stack: (error.stack ?? '').split('\n').map(safeLine).join('\n') } : {}),
  };
}
