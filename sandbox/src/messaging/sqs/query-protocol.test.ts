import { XMLParser } from 'fast-xml-parser';
import { ACCOUNT_ID, startMessagingServer, type MessagingServer } from '../../testing/messaging-server';

let server: MessagingServer;
beforeEach(async () => {
  server = await startMessagingServer();
});
afterEach(() => server.stop());

const parser = new XMLParser({ parseTagValue: false, trimValues: false, htmlEntities: true });

const AUTHORIZATION = 'AWS4-HMAC-SHA256 Credential=test/20260101/eu-west-1/sqs/aws4_request';

/** A request as clients from before late 2023 send it. */
async function query(parameters: Record<string, string>, path = '/'): Promise<{ status: number; reply: unknown }> {
  const response = await fetch(`${server.endpoint}${path}`, {
    method: 'POST',
    body: new URLSearchParams({ Version: '2012-11-05', ...parameters }),
    headers: { authorization: AUTHORIZATION },
  });
  return { status: response.status, reply: parser.parse(await response.text()) as unknown };
}

const PATH = `/${ACCOUNT_ID}/jobs`;

it('creates a queue, sends, receives and deletes a batch', async () => {
  const created = await query({
    Action: 'CreateQueue',
    QueueName: 'jobs',
    'Attribute.1.Name': 'VisibilityTimeout',
    'Attribute.1.Value': '60',
  });
  expect(created.reply).toMatchObject({
    CreateQueueResponse: { CreateQueueResult: { QueueUrl: `${server.endpoint}${PATH}` } },
  });

  const sent = await query({ Action: 'SendMessage', MessageBody: 'a & <b>\r\n' }, PATH);
  expect(sent.reply).toMatchObject({
    SendMessageResponse: { SendMessageResult: { MD5OfMessageBody: '3e2b3dcca153846ad0fc97f2f95c999a' } },
  });

  const received = await query({ Action: 'ReceiveMessage', 'AttributeName.1': 'ApproximateReceiveCount' }, PATH);
  expect(received.reply).toMatchObject({
    ReceiveMessageResponse: {
      ReceiveMessageResult: {
        Message: { Body: 'a & <b>\r\n', Attribute: { Name: 'ApproximateReceiveCount', Value: '1' } },
      },
    },
  });
});

it('answers a batch entry by entry and lists attributes as pairs', async () => {
  await query({ Action: 'CreateQueue', QueueName: 'jobs' });
  const batch = await query(
    {
      Action: 'SendMessageBatch',
      'SendMessageBatchRequestEntry.1.Id': 'one',
      'SendMessageBatchRequestEntry.1.MessageBody': 'a',
      'SendMessageBatchRequestEntry.2.Id': 'two',
      'SendMessageBatchRequestEntry.2.MessageBody': '',
    },
    PATH,
  );
  expect(batch.reply).toMatchObject({
    SendMessageBatchResponse: {
      SendMessageBatchResult: {
        SendMessageBatchResultEntry: { Id: 'one', MD5OfMessageBody: '0cc175b9c0f1b6a831c399e269772661' },
        BatchResultErrorEntry: { Id: 'two', SenderFault: 'true', Code: 'MissingParameter' },
      },
    },
  });

  const attributes = await query(
    { Action: 'GetQueueAttributes', 'AttributeName.1': 'ApproximateNumberOfMessages' },
    PATH,
  );
  expect(attributes.reply).toMatchObject({
    GetQueueAttributesResponse: {
      GetQueueAttributesResult: { Attribute: { Name: 'ApproximateNumberOfMessages', Value: '1' } },
    },
  });
});

it('names errors as the Query protocol does', async () => {
  expect(await query({ Action: 'GetQueueUrl', QueueName: 'none' })).toMatchObject({
    status: 400,
    reply: { ErrorResponse: { Error: { Type: 'Sender', Code: 'AWS.SimpleQueueService.NonExistentQueue' } } },
  });
  expect(await query({ Action: 'TagQueue' }, PATH)).toMatchObject({
    status: 501,
    reply: { ErrorResponse: { Error: { Code: 'NotImplemented' } } },
  });
});

it('puts the Query name beside the JSON name of an error', async () => {
  const response = await fetch(server.endpoint, {
    method: 'POST',
    body: JSON.stringify({ QueueName: 'none' }),
    headers: {
      authorization: AUTHORIZATION,
      'x-amz-target': 'AmazonSQS.GetQueueUrl',
      'content-type': 'application/x-amz-json-1.0',
    },
  });
  expect(response.headers.get('x-amzn-query-error')).toBe('AWS.SimpleQueueService.NonExistentQueue;Sender');
  expect(await response.json()).toEqual({
    __type: 'com.amazonaws.sqs#QueueDoesNotExist',
    message: 'The specified queue does not exist.',
  });
});
