import { AddPermissionCommand, GetQueueAttributesCommand, RemovePermissionCommand } from '@aws-sdk/client-sqs';
import { startMessagingServer, type MessagingServer } from '../../testing/messaging-server';
import { arn, createQueue } from '../testing/queue-calls';
import { callSqs, PROTOCOLS } from '../testing/wire';

let server: MessagingServer;
let QueueUrl: string;

beforeEach(async () => {
  server = await startMessagingServer();
  QueueUrl = await createQueue(server, 'jobs');
});
afterEach(() => server.stop());

async function policy(): Promise<unknown> {
  const { Attributes } = await server.sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['Policy'] }));
  return Attributes?.Policy === undefined ? null : JSON.parse(Attributes.Policy);
}

const statement = (Sid: string) => ({
  Sid,
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'SQS:ReceiveMessage',
  Resource: arn('jobs'),
});

it('adds statements to the policy and takes them away, the policy with the last', async () => {
  const add = (Label: string) =>
    server.sqs.send(
      new AddPermissionCommand({ QueueUrl, Label, AWSAccountIds: ['111122223333'], Actions: ['ReceiveMessage'] }),
    );
  const remove = (Label: string) => server.sqs.send(new RemovePermissionCommand({ QueueUrl, Label }));
  await add('first');
  await add('second');
  const document = { Version: '2008-10-17', Id: `${arn('jobs')}/SQSDefaultPolicy` };
  expect(await policy()).toEqual({ ...document, Statement: [statement('first'), statement('second')] });
  await expect(add('first')).rejects.toMatchObject({
    message: 'Value first for parameter Label is invalid. Reason: Already exists.',
  });
  await remove('first');
  expect(await policy()).toEqual({ ...document, Statement: [statement('second')] });
  await remove('second');
  expect(await policy()).toBeNull();
});

it.each(PROTOCOLS)(
  'takes several accounts and actions by the %s protocol, but no more than seven',
  async (protocol) => {
    const input = { QueueUrl, Label: 'a', AWSAccountIds: ['111122223333', '444455556666'] };
    const Actions = ['SendMessage', 'ReceiveMessage'];
    await callSqs(server, protocol, 'AddPermission', { ...input, Actions });
    expect(await policy()).toMatchObject({
      Statement: [
        {
          Principal: { AWS: ['arn:aws:iam::111122223333:root', 'arn:aws:iam::444455556666:root'] },
          Action: ['SQS:SendMessage', 'SQS:ReceiveMessage'],
        },
      ],
    });
    const refused = await callSqs(server, protocol, 'AddPermission', {
      ...input,
      Label: 'b',
      Actions: Array(8).fill('*'),
    });
    expect(refused).toMatchObject({ status: 403, error: 'OverLimit' });
  },
);
