import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { reasonOf } from '../../reason';
import { fromJson, toJson } from './proto-json';
import { callOf, type Call, type Json } from './routes';

export interface ApiRequest {
  readonly verb: string;
  /** Percent-encoded, without its query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Empty if there is none. */
  readonly body: string;
  /** Aborted when the client has gone. */
  readonly signal: AbortSignal;
}

export interface ApiAnswer {
  readonly status: number;
  readonly json: unknown;
}

/** The HTTP status of each gRPC status code, by https://github.com/googleapis/googleapis/blob/master/google/rpc/code.proto. */
const HTTP_STATUS = [200, 499, 500, 400, 504, 404, 409, 403, 429, 400, 409, 400, 501, 500, 503, 500, 401] as const;
const INVALID_ARGUMENT = 3;
const NOT_FOUND = 5;
const INTERNAL = 13;

const HISTORY_FILE = /^(\/api\/v1\/namespaces\/[^/]+\/workflows\/[^/]+)\/run\/([^/]+)\/history\.json$/;

/**
 * Handles a request of the Web UI by calling Temporal. Temporal's own HTTP API does not work: it accepts no workflow ids
 * with slashes, which shards and archives have.
 */
export async function answerApi(connection: Connection, request: ApiRequest): Promise<ApiAnswer> {
  try {
    const file = request.verb === 'GET' ? HISTORY_FILE.exec(request.path) : null;
    if (file !== null) return { status: 200, json: await wholeHistory(connection, request, file) };
    const call = understood(request);
    if (call === null) return failed(NOT_FOUND, 'Not Found');
    return { status: 200, json: await invoke(connection, call, request.signal) };
  } catch (error) {
    if (error instanceof BadRequest) return failed(INVALID_ARGUMENT, error.message);
    return isGrpcServiceError(error) ? failed(error.code, error.details) : failed(INTERNAL, reasonOf(error));
  }
}

/** The request is malformed. */
class BadRequest extends Error {}

function understood({ verb, path, query, body }: ApiRequest): Call | null {
  try {
    return callOf(verb, path, query, body === '' ? null : (JSON.parse(body) as Json));
  } catch (error) {
    throw new BadRequest(reasonOf(error));
  }
}

const failed = (code: number, message: string): ApiAnswer => ({
  status: HTTP_STATUS[code] ?? 500,
  json: { code, message, details: [] },
});

type Method = (request: object) => Promise<object>;

async function invoke(connection: Connection, call: Call, signal: AbortSignal): Promise<unknown> {
  const service = connection[call.service] as unknown as Readonly<Record<string, Method | undefined>>;
  const answer = await connection.withAbortSignal(signal, async () => await service[call.method]?.(messageOf(call)));
  return answer === undefined ? failed(NOT_FOUND, 'Not Found').json : toJson(call.responseType, answer);
}

function messageOf({ requestType, request }: Call): object {
  try {
    return requestType.fromObject(fromJson(requestType, request) as Record<string, unknown>);
  } catch (error) {
    throw new BadRequest(reasonOf(error));
  }
}

/** All events of a run in one list: the Web UI's download. */
async function wholeHistory(connection: Connection, request: ApiRequest, file: RegExpExecArray): Promise<unknown[]> {
  const [, workflow = '', runId = ''] = file;
  const events: unknown[] = [];
  let token = '';
  do {
    const query = new URLSearchParams({ 'execution.runId': decodeURIComponent(runId), nextPageToken: token });
    const call = callOf('GET', `${workflow}/history`, query, null);
    if (call === null) throw new Error('Temporal has no call for histories.');
    const page = (await invoke(connection, call, request.signal)) as {
      readonly history?: { readonly events?: readonly unknown[] };
      readonly nextPageToken?: string;
    };
    events.push(...(page.history?.events ?? []));
    token = page.nextPageToken ?? '';
  } while (token !== '');
  return events;
}
