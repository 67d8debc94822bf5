import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Call, Service } from '../../service';
import { ApiError, internalError, notImplemented, shuttingDown } from '../api-error';
import { readBody, sendReply } from '../http';
import { mapOf, readQuery, renderError, renderResult, type QueryTree } from '../query-protocol';
import type { SnsOperation, SnsServices } from './operation';
import { PERMISSION_OPERATIONS } from './permission-operations';
import { PUBLISH_OPERATIONS } from './publish-operations';
import { SUBSCRIPTION_OPERATIONS } from './subscription-operations';
import { TOPIC_OPERATIONS } from './topic-operations';

const XMLNS = 'http://sns.amazonaws.com/doc/2010-03-31/';
const OPERATIONS: ReadonlyMap<string, SnsOperation> = new Map([
  ...TOPIC_OPERATIONS,
  ...SUBSCRIPTION_OPERATIONS,
  ...PUBLISH_OPERATIONS,
  ...PERMISSION_OPERATIONS,
]);

/** SNS over the Query protocol, the only one it has. */
export class SnsService implements Service {
  private closed = false;

  constructor(private readonly services: SnsServices) {}

  get isClosed(): boolean {
    return this.closed;
  }

  async handle(request: IncomingMessage, response: ServerResponse, call: Call): Promise<void> {
    const send = (status: number, body: string): void =>
      sendReply(response, call.requestId, { status, contentType: 'text/xml', body });
    try {
      const tree = readQuery(await readBody(request));
      if (typeof tree['Action'] === 'string') call.operation = tree['Action'];
      const result = this.run(call, tree);
      send(200, renderResult(XMLNS, call.operation, result, call.requestId));
    } catch (error) {
      const known = error instanceof ApiError ? error : internalError(error);
      send(known.status, renderError(XMLNS, known, call.requestId));
    }
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.services.store.close();
  }

  private run(call: Call, tree: QueryTree): ReturnType<SnsOperation> {
    if (this.closed) throw shuttingDown();
    const operation = OPERATIONS.get(call.operation);
    if (operation === undefined) throw notImplemented(`The SNS operation ${call.operation}`);
    const { Action: _action, Version: _version, Attributes: attributes, ...rest } = tree;
    const attributeTree = typeof attributes === 'object' ? attributes['entry'] : undefined;
    const attributeMap = mapOf(attributeTree, 'key', 'value');
    return operation(this.services, {
      operation: call.operation,
      input: { ...rest, ...(attributeMap !== undefined && { Attributes: attributeMap }) },
      note: (detail) => Object.assign(call.detail, detail),
    });
  }
}
