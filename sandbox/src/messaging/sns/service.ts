import type { IncomingMessage } from 'node:http';
import type { Call, ResourcePolicies, Recognised, Reply, Service } from '../../service';
import { ApiError, asApiError, notImplemented, shuttingDown } from '../api-error';
import { readBody, sha256, toWire } from '../http';
import { mapOf, readQuery, renderError, renderResult, type QueryTree } from '../query-protocol';
import type { SnsOperation, SnsServices } from './operation';
import { PUBLISH_OPERATIONS } from './publish';
import { SUBSCRIPTION_OPERATIONS } from './subscription-operations';
import { TOPIC_OPERATIONS } from './topic-operations';

const XMLNS = 'http://sns.amazonaws.com/doc/2010-03-31/';
const OPERATIONS: ReadonlyMap<string, SnsOperation> = new Map([
  ...TOPIC_OPERATIONS,
  ...SUBSCRIPTION_OPERATIONS,
  ...PUBLISH_OPERATIONS,
]);

const wire = (status: number, body: string): Reply => toWire({ status, contentType: 'text/xml', body });

/** SNS over the Query protocol, the only one it has. */
export class SnsService implements Service {
  private closed = false;

  constructor(private readonly services: SnsServices) {}

  get isClosed(): boolean {
    return this.closed;
  }

  async recognise(request: IncomingMessage, call: Call): Promise<Recognised> {
    const fail = (error: ApiError): Reply => wire(error.status, renderError(XMLNS, error, call.requestId));
    const refuse: Recognised['refuse'] = ({ code, status, message }) => fail(new ApiError(code, status, message));
    let body: string;
    try {
      body = await readBody(request);
    } catch (error) {
      return { refuse, answer: async () => fail(asApiError(error)) };
    }
    const tree = readQuery(body);
    if (typeof tree['Action'] === 'string') call.operation = tree['Action'];
    const topic = [tree['TopicArn'], tree['TargetArn'], tree['Name']].find((value) => typeof value === 'string');
    if (typeof topic === 'string') call.detail['topic'] = topic.split(':').at(-1) ?? topic;
    return {
      refuse,
      bodySha256: sha256(body),
      answer: async () => {
        try {
          return wire(200, renderResult(XMLNS, call.operation, this.run(call, tree), call.requestId));
        } catch (error) {
          return fail(asApiError(error));
        }
      },
    };
  }

  resourcePolicies({ detail }: Call): ResourcePolicies {
    const topic = this.services.store.topic(String(detail['topic'] ?? ''));
    return { policies: [topic?.attributes['Policy'] ?? []].flat() };
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
