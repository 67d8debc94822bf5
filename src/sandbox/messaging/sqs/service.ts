import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call, Service } from '../../service';
import { ApiError, internalError, notImplemented, shuttingDown } from '../api-error';
import { readBody, sendReply, type Reply } from '../http';
import { readQuery, renderError, renderResult } from '../query-protocol';
import { MESSAGE_OPERATIONS } from './message-operations';
import { MOVE_TASK_OPERATIONS } from './move-task-operations';
import type { SqsOperation, SqsServices } from './operation';
import { PERMISSION_OPERATIONS } from './permission-operations';
import { inputFromQuery, resultToXml } from './query-shapes';
import { QUEUE_OPERATIONS } from './queue-operations';

const XMLNS = 'http://queue.amazonaws.com/doc/2012-11-05/';
const TARGET_PREFIX = 'AmazonSQS.';
const OPERATIONS: ReadonlyMap<string, SqsOperation> = new Map([
  ...QUEUE_OPERATIONS,
  ...MESSAGE_OPERATIONS,
  ...MOVE_TASK_OPERATIONS,
  ...PERMISSION_OPERATIONS,
]);

/** How one request's protocol writes its replies. */
interface Protocol {
  readonly input: unknown;
  result(value: object | null): Reply;
  error(error: ApiError): Reply;
}

/** SQS over AWS JSON 1.0 (clients since late 2023) and over Query (older ones). */
export class SqsService implements Service {
  private closed = false;
  /** One for each request under way; aborted when its client hangs up or the service closes. */
  private readonly underWay = new Set<AbortController>();

  constructor(private readonly services: SqsServices) {}

  async handle(request: IncomingMessage, response: ServerResponse, call: Call): Promise<void> {
    const ending = new AbortController();
    this.underWay.add(ending);
    response.once('close', () => ending.abort());
    const isJson = request.headers['x-amz-target'] !== undefined;
    let protocol = isJson ? jsonProtocol({}) : queryProtocol(call, {});
    try {
      protocol = isJson ? await readJsonRequest(request, call) : await readQueryRequest(request, call);
      sendReply(response, call.requestId, protocol.result(await this.run(call, protocol.input, ending.signal)));
    } catch (error) {
      const known = error instanceof ApiError ? error : internalError(error);
      sendReply(response, call.requestId, protocol.error(known));
    } finally {
      this.underWay.delete(ending);
    }
  }

  get isClosed(): boolean {
    return this.closed;
  }

  /** Ends every long poll with an empty answer. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const ending of this.underWay) ending.abort();
    this.services.moveTasks.close();
    this.services.store.close();
  }

  private async run(call: Call, input: unknown, signal: AbortSignal): Promise<object | null> {
    if (this.closed) throw shuttingDown();
    const operation = OPERATIONS.get(call.operation);
    if (operation === undefined) throw notImplemented(`The SQS operation ${call.operation}`);
    return operation(this.services, {
      operation: call.operation,
      input,
      signal,
      note: (detail) => Object.assign(call.detail, detail),
    });
  }
}

async function readJsonRequest(request: IncomingMessage, call: Call): Promise<Protocol> {
  call.operation = String(request.headers['x-amz-target']).replace(TARGET_PREFIX, '');
  const body = await readBody(request);
  try {
    return jsonProtocol(body === '' ? {} : (JSON.parse(body) as unknown));
  } catch {
    throw new ApiError('SerializationException', 400, 'The request body is no JSON.');
  }
}

async function readQueryRequest(request: IncomingMessage, call: Call): Promise<Protocol> {
  const tree = readQuery(await readBody(request));
  if (typeof tree['Action'] === 'string') call.operation = tree['Action'];
  return queryProtocol(call, inputFromQuery(tree, request.url ?? '/'));
}

const jsonProtocol = (input: unknown): Protocol => ({
  input,
  result: (value) => ({
    status: 200,
    contentType: 'application/x-amz-json-1.0',
    body: value === null ? '' : JSON.stringify(value),
  }),
  error: (error) => ({
    status: error.status,
    contentType: 'application/x-amz-json-1.0',
    headers: { 'x-amzn-query-error': `${error.queryCode};${error.status < 500 ? 'Sender' : 'Receiver'}` },
    body: JSON.stringify({ __type: `com.amazonaws.sqs#${error.code}`, message: error.message }),
  }),
});

const queryProtocol = (call: Call, input: unknown): Protocol => ({
  input,
  result: (value) => ({
    status: 200,
    contentType: 'text/xml',
    body: renderResult(
      XMLNS,
      call.operation,
      value === null ? null : resultToXml(call.operation, value),
      call.requestId,
    ),
  }),
  error: (error) => ({
    status: error.status,
    contentType: 'text/xml',
    body: renderError(XMLNS, error, call.requestId),
  }),
});
