import type { IncomingMessage } from 'node:http';
import { jsonOrNull } from '../../json';
import type { Call, Guard, Recognised, Reply, Service } from '../../service';
import { ApiError, asApiError, notImplemented, shuttingDown } from '../api-error';
import { readBody, sha256, toWire, type Reply as WireForm } from '../http';
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

/** How one request's protocol reads it and writes its replies. */
interface Protocol {
  /** Names the operation and gives its input. @throws ApiError */
  read(request: IncomingMessage, call: Call, body: string): object;
  result(value: object | null): WireForm;
  error(error: ApiError): WireForm;
}

/** SQS over AWS JSON 1.0 (clients since late 2023) and over Query (older ones). */
export class SqsService implements Service {
  private closed = false;

  constructor(private readonly services: SqsServices) {}

  get isClosed(): boolean {
    return this.closed;
  }

  async recognise(request: IncomingMessage, call: Call): Promise<Recognised> {
    const protocol = request.headers['x-amz-target'] === undefined ? queryProtocol(call) : jsonProtocol;
    const fail = (error: unknown): Reply => toWire(protocol.error(asApiError(error)));
    const refuse: Recognised['refuse'] = ({ code, queryCode, status, message }) =>
      fail(new ApiError(code, status, message, queryCode));
    let body: string;
    let input: object;
    try {
      body = await readBody(request);
      input = protocol.read(request, call, body);
    } catch (error) {
      return { refuse, answer: async () => fail(error) };
    }
    Object.assign(call.detail, queueNamedIn(input));
    return {
      refuse,
      bodySha256: sha256(body),
      answer: async (signal) => {
        try {
          return toWire(protocol.result(await this.run(call, input, signal)));
        } catch (error) {
          return fail(error);
        }
      },
    };
  }

  guard({ detail }: Call): Guard {
    const queue = this.services.store.get(String(detail['queue'] ?? ''));
    return { policies: [queue?.settings.attributes['Policy'] ?? []].flat() };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
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

/** The queue of a request, for the call log. */
function queueNamedIn(input: object): Call['detail'] {
  const named = input as Readonly<Record<string, unknown>>;
  const nameIn = (parameters: readonly string[]): string | undefined => {
    const text = parameters.map((parameter) => named[parameter]).find((value) => typeof value === 'string');
    return typeof text === 'string' ? text.split(/[/:]/).at(-1) : undefined;
  };
  const queue = nameIn(['QueueUrl', 'QueueName', 'SourceArn']);
  const destinationQueue = nameIn(['DestinationArn']);
  return {
    ...(queue === undefined ? {} : { queue }),
    ...(destinationQueue === undefined ? {} : { destinationQueue }),
  };
}

const jsonProtocol: Protocol = {
  read: ({ headers }, call, body) => {
    call.operation = String(headers['x-amz-target']).replace(TARGET_PREFIX, '');
    const input = jsonOrNull(body === '' ? '{}' : body);
    if (typeof input === 'object' && input !== null) return input;
    throw new ApiError('SerializationException', 400, 'The request body is no JSON object.');
  },
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
};

const queryProtocol = (call: Call): Protocol => ({
  read: ({ url }, _call, body) => {
    const tree = readQuery(body);
    if (typeof tree['Action'] === 'string') call.operation = tree['Action'];
    return inputFromQuery(tree, url ?? '/');
  },
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
