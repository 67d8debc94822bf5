import { ACCOUNT_ID, type MessagingServer } from '../../testing/messaging-server';

export const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/sqs/aws4_request';

/** An answer of SQS as it is on the wire: the reply, and the names of the error if it is one. */
interface WireAnswer {
  readonly status: number;
  readonly error: string | undefined;
  /** Of the Query protocol. */
  readonly olderName: string | undefined;
  readonly message: string | undefined;
  readonly reply: Readonly<Record<string, unknown>>;
}

/** Calls an operation of SQS past any SDK. */
export async function callSqs(
  server: MessagingServer,
  operation: string,
  input: Readonly<Record<string, unknown>>,
): Promise<WireAnswer> {
  const response = await fetch(server.endpoint, {
    method: 'POST',
    body: JSON.stringify(input),
    headers: {
      authorization: AUTHORIZATION,
      'x-amz-target': `AmazonSQS.${operation}`,
      'content-type': 'application/x-amz-json-1.0',
    },
  });
  const text = await response.text();
  const reply = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
  const { __type: type, message } = reply as { __type?: string; message?: string };
  const olderName = response.headers.get('x-amzn-query-error')?.split(';')[0];
  return { status: response.status, error: type?.split('#')[1], olderName, message, reply };
}

export const queueUrl = (server: MessagingServer, name: string): string => `${server.endpoint}/${ACCOUNT_ID}/${name}`;
