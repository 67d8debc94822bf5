import { XMLParser } from 'fast-xml-parser';
import { ACCOUNT_ID, type MessagingServer } from '../../testing/messaging-server';

export const PROTOCOLS = ['json', 'query'] as const;
export type Protocol = (typeof PROTOCOLS)[number];

/** An answer of SQS as it is on the wire: the text of the reply, read, and the name of the error if it is one. */
export interface WireAnswer {
  readonly status: number;
  readonly error: string | undefined;
  readonly message: string | undefined;
  readonly reply: Readonly<Record<string, unknown>>;
}

const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true });

/** Calls an operation of SQS by one of its protocols, with input in the form of the JSON protocol. */
export async function callSqs(
  server: MessagingServer,
  protocol: Protocol,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<WireAnswer> {
  const isJson = protocol === 'json';
  const response = await fetch(server.endpoint, {
    method: 'POST',
    body: isJson
      ? JSON.stringify(input)
      : new URLSearchParams({ Action: operation, Version: '2012-11-05', ...toQuery(operation, input) }),
    headers: {
      authorization: 'AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/sqs/aws4_request',
      ...(isJson && { 'x-amz-target': `AmazonSQS.${operation}`, 'content-type': 'application/x-amz-json-1.0' }),
    },
  });
  const { status } = response;
  const text = await response.text();
  if (isJson) {
    const reply = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const { __type: type, message } = reply as { __type?: string; message?: string };
    return { status, error: type?.split('#')[1], message, reply };
  }
  const reply = parser.parse(text) as { ErrorResponse?: { Error: { Code: string; Message: string } } };
  const { Code, Message } = reply.ErrorResponse?.Error ?? {};
  return { status, error: Code, message: Message, reply: { ...reply } };
}

export const queueUrl = (server: MessagingServer, name: string): string => `${server.endpoint}/${ACCOUNT_ID}/${name}`;

const MAPS = new Set(['Attributes', 'MessageAttributes', 'tags']);

/** What the Query protocol calls the members of lists and maps. */
const memberName = (operation: string, name: string): string => {
  const names: Readonly<Record<string, string>> = {
    Entries: `${operation}RequestEntry`,
    Actions: 'ActionName',
    tags: 'Tag',
  };
  return names[name] ?? name.replace(/s$/, '');
};

/** Input of the JSON protocol as parameters of the Query protocol. */
function toQuery(operation: string, input: unknown, path: readonly string[] = []): Readonly<Record<string, string>> {
  if (typeof input !== 'object' || input === null) return { [path.join('.')]: String(input) };
  const members = Object.entries(input).flatMap(([name, value]: [string, unknown]) => {
    const pairs = MAPS.has(name) ? Object.entries(value as object).map(([Name, Value]) => ({ Name, Value })) : value;
    if (!Array.isArray(pairs)) return [toQuery(operation, value, [...path, name])];
    return pairs.map((member: unknown, index) =>
      toQuery(operation, member, [...path, memberName(operation, name), String(index + 1)]),
    );
  });
  return Object.fromEntries(members.flatMap((member) => Object.entries(member)));
}
