import { CreateTopicCommand, PublishBatchCommand, PublishCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand, SendMessageCommand, type Message } from '@aws-sdk/client-sqs';
import { ManualClock } from '../testing/manual-clock';
import { md5OfAttributes, selectAttributes } from './message-attributes';
import { ACCOUNT_ID, REGION, startMessagingServer, type MessagingServer } from '../testing/messaging-server';
import { arn, createQueue } from './testing/queue-calls';
import { callSqs } from './testing/wire';

const text = (StringValue: string, DataType = 'String') => ({ DataType, StringValue });
const greeting = { 'Help.Me': text('Me'), Hello: text('There'), General: text('Kenobi') };
const trace = 'traceparent\u001e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01';

/** The digests are those of recorded answers of SQS. */
it.each([
  ['everything', ['All'], '4c360f3fdafd970e05fae2f149d997f5'],
  ['everything by a star', ['*'], '4c360f3fdafd970e05fae2f149d997f5'],
  ['some names, one of them unknown', ['Hello', 'General', 'Foo'], 'fca026605781cb4126a1e9044df24232'],
  ['a prefix', ['Hel.*'], '83fee93c1bcd8b9a5a923ffacdc636c7'],
])('digests %s', (_, wanted, digest) => {
  expect(md5OfAttributes(selectAttributes(greeting, wanted))).toBe(digest);
});

it('selects nothing unasked, and digests numbers and bytes', () => {
  expect(selectAttributes(greeting, ['Help', 'hello'])).toEqual({});
  expect(md5OfAttributes({ timestamp: text('1493147359900', 'Number') })).toBe('235c5c510d26fb653d073faed50ae77c');
  const binary = { DataType: 'Binary', BinaryValue: Buffer.from(trace).toString('base64') };
  expect(md5OfAttributes({ attr1: binary })).toBe('8cbe4db156db8a94db8b801b7addb984');
});

describe('on their way', () => {
  const TOPIC = `arn:aws:sns:${REGION}:${ACCOUNT_ID}:jobs`;
  const attributes = { count: text('111', 'Number'), bytes: { DataType: 'Binary', BinaryValue: Buffer.of(2, 3, 4) } };
  const onWire = { count: text('111', 'Number'), bytes: { DataType: 'Binary', BinaryValue: Uint8Array.of(2, 3, 4) } };

  let server: MessagingServer;
  let QueueUrl: string;

  beforeEach(async () => {
    server = await startMessagingServer({ clock: new ManualClock() });
    const statement = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: arn('jobs') };
    QueueUrl = await createQueue(server, 'jobs', { Policy: JSON.stringify({ Statement: [statement] }) });
  });
  afterEach(() => server.stop());

  async function received(): Promise<Message | undefined> {
    const command = new ReceiveMessageCommand({ QueueUrl, MessageAttributeNames: ['.*'], VisibilityTimeout: 0 });
    return (await server.sqs.send(command)).Messages?.[0];
  }

  async function subscribe(RawMessageDelivery: string): Promise<void> {
    await server.sns.send(new CreateTopicCommand({ Name: 'jobs' }));
    await server.sns.send(
      new SubscribeCommand({
        TopicArn: TOPIC,
        Protocol: 'sqs',
        Endpoint: arn('jobs'),
        Attributes: { RawMessageDelivery },
      }),
    );
  }

  it('come out of a queue as they went in, after a kill too', async () => {
    const sent = await server.sqs.send(
      new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageAttributes: attributes }),
    );
    await server.kill();
    server = await startMessagingServer({ clock: new ManualClock(), dataDir: server.dataDir });
    const message = await received();
    expect(message?.MessageAttributes).toEqual(onWire);
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes);
  });

  it('are pairs of name and value in the Query protocol', async () => {
    const MessageAttributes = { bytes: { DataType: 'Binary', BinaryValue: 'AgME' }, count: text('111', 'Number') };
    await callSqs(server, 'query', 'SendMessage', { QueueUrl, MessageBody: 'x', MessageAttributes });
    expect((await received())?.MessageAttributes).toEqual(onWire);
    const input = { QueueUrl, MessageAttributeNames: ['All'] };
    expect((await callSqs(server, 'query', 'ReceiveMessage', input)).reply).toMatchObject({
      ReceiveMessageResponse: {
        ReceiveMessageResult: {
          Message: {
            MessageAttribute: [
              { Name: 'bytes', Value: { DataType: 'Binary', BinaryValue: 'AgME' } },
              { Name: 'count', Value: text('111', 'Number') },
            ],
          },
        },
      },
    });
  });

  it('go from a topic to a queue beside the bare message', async () => {
    await subscribe('true');
    await server.sns.send(new PublishCommand({ TopicArn: TOPIC, Message: 'bare', MessageAttributes: attributes }));
    expect(await received()).toMatchObject({ Body: 'bare', MessageAttributes: onWire });
  });

  it('stand in the envelope otherwise', async () => {
    await subscribe('false');
    const PublishBatchRequestEntries = [{ Id: 'one', Message: 'wrapped', MessageAttributes: attributes }];
    await server.sns.send(new PublishBatchCommand({ TopicArn: TOPIC, PublishBatchRequestEntries }));
    const message = await received();
    expect(message?.MessageAttributes).toBeUndefined();
    expect(JSON.parse(message?.Body ?? '')).toMatchObject({
      Message: 'wrapped',
      MessageAttributes: { count: { Type: 'Number', Value: '111' }, bytes: { Type: 'Binary', Value: 'AgME' } },
    });
  });
});
