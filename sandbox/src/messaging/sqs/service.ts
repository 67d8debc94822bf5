import type { IncomingMessage } from 'node:http';
import { jsonOrNull } from '../../json';
import type { Call, ResourcePolicies, Recognised, Reply, Service } from '../../service';
import { ApiError, asApiError, notImplemented, shuttingDown } from '../api-error';
import { readBody, sha256, toWire } from '../http';
import { MESSAGE_OPERATIONS } from './message-operations';
import type { SqsOperation, SqsServices } from './operation';
import { QUEUE_OPERATIONS } from './queue-operations';

const TARGET_PREFIX = 'AmazonSQS.';
const OPERATIONS: ReadonlyMap<string, SqsOperation> = new Map([...QUEUE_OPERATIONS, ...MESSAGE_OPERATIONS]);

/** SQS over AWS JSON 1.0, which clients have spoken since late 2023. */
export class SqsService implements Service {
  private closed = false;

  constructor(private readonly services: SqsServices) {}

  get isClosed(): boolean {
    return this.closed;
  }

  async recognise(request: IncomingMessage, call: Call): Promise<Recognised> {
    let body: string;
    let input: object;
    try {
      body = await readBody(request);
      input = readInput(request, call, body);
    } catch (error) {
      return { refuse, answer: async () => errorReply(asApiError(error)) };
    }
    Object.assign(call.detail, queueNamedIn(input));
    return {
      refuse,
      bodySha256: sha256(body),
      answer: async (signal) => {
        try {
          return jsonReply(200, await this.run(call, input, signal));
        } catch (error) {
          return errorReply(asApiError(error));
        }
      },
    };
  }

  resourcePolicies({ detail }: Call): ResourcePolicies {
    const queue = this.services.store.get(String(detail['queue'] ?? ''));
    return { policies: [queue?.settings.attributes['Policy'] ?? []].flat() };
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
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

/** Names the operation and gives its input. @throws ApiError */
function readInput({ headers }: IncomingMessage, call: Call, body: string): object {
  const target = headers['x-amz-target'];
  if (target === undefined) throw notImplemented('The Query protocol of SQS');
  call.operation = String(target).replace(TARGET_PREFIX, '');
  const input = jsonOrNull(body === '' ? '{}' : body);
  if (typeof input === 'object' && input !== null) return input;
  throw new ApiError('SerializationException', 400, 'The request body is not a JSON object.');
}

/** The queue of a request, for the call log. */
function queueNamedIn(input: object): Call['detail'] {
  const { QueueUrl, QueueName }: Readonly<Record<string, unknown>> = { ...input };
  const queue = [QueueUrl, QueueName].find((value) => typeof value === 'string');
  return typeof queue === 'string' ? { queue: queue.split('/').at(-1) ?? queue } : {};
}

const jsonReply = (status: number, value: object | null, headers: Record<string, string> = {}): Reply =>
  toWire({
    status,
    contentType: 'application/x-amz-json-1.0',
    headers,
    body: value === null ? '' : JSON.stringify(value),
  });

/** Also carries the error code of the older Query protocol, which SDKs report. */
const errorReply = ({ code, queryCode, status, message }: ApiError): Reply =>
  jsonReply(
    status,
    { __type: `com.amazonaws.sqs#${code}`, message },
    { 'x-amzn-query-error': `${queryCode};${status < 500 ? 'Sender' : 'Receiver'}` },
  );

const refuse: Recognised['refuse'] = ({ code, queryCode, status, message }) =>
  errorReply(new ApiError(code, status, message, queryCode));
