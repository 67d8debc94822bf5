import { DescribeJobCommand, GetJobOutputCommand } from '@aws-sdk/client-glacier';
import { CreateTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { retrieve, type SandboxClients, startSandboxClients, store, vault } from '../testing/sandbox-clients';
import type { FaultScript } from './rules';

const HOUR_MS = 3_600_000;
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:jobs';
const QUEUE = 'arn:aws:sqs:us-east-1:111122223333:jobs';

let clients: SandboxClients;
let archiveId: string;

beforeAll(async () => {
  const hours = { bulk: 10, standard: 4, expedited: 1, inventory: 4 };
  const delaysMs = Object.fromEntries(Object.entries(hours).map(([kind, count]) => [kind, count * HOUR_MS]));
  clients = await startSandboxClients({ delaysMs });
  archiveId = await store(clients, Buffer.from('hello world'));
});
afterAll(() => clients.close());
beforeEach(() => clients.sandbox.faults.clear());

const inject = (...rules: FaultScript['rules']): void => clients.sandbox.faults.add({ rules });
const describeJob = (jobId: string) => clients.glacier.send(new DescribeJobCommand({ ...vault, jobId }));

test('job-fails fails a matching job with the message of the rule, and no other job', async () => {
  inject({ fault: 'job-fails', message: 'The tape is torn.', where: { archive: archiveId }, at: [1] });
  const [torn, whole] = [await retrieve(clients, archiveId), await retrieve(clients, archiveId)];
  expect(clients.calls.at(-2)).toMatchObject({ operation: 'InitiateJob', status: 202, detail: { fault: 'job-fails' } });
  clients.sandbox.clock.advance(4 * HOUR_MS);
  expect(await describeJob(torn)).toMatchObject({
    Completed: true,
    StatusCode: 'Failed',
    StatusMessage: 'The tape is torn.',
  });
  const output = clients.glacier.send(new GetJobOutputCommand({ ...vault, jobId: torn }));
  await expect(output).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  expect(await describeJob(whole)).toMatchObject({ StatusCode: 'Succeeded' });
});

test('job-expires expires the output of a job early', async () => {
  inject({ fault: 'job-expires', after: '1h' });
  const jobId = await retrieve(clients, archiveId);
  clients.sandbox.clock.advance(4.5 * HOUR_MS);
  expect(await describeJob(jobId)).toMatchObject({ StatusCode: 'Succeeded' });
  clients.sandbox.clock.advance(HOUR_MS);
  await expect(describeJob(jobId)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('job-announced-early notifies before a job completes, and again when it does', async () => {
  const Policy = JSON.stringify({
    Statement: { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: QUEUE },
  });
  const { QueueUrl } = await clients.sqs.send(new CreateQueueCommand({ QueueName: 'jobs', Attributes: { Policy } }));
  await clients.sns.send(new CreateTopicCommand({ Name: 'jobs' }));
  await clients.sns.send(new SubscribeCommand({ TopicArn: TOPIC, Protocol: 'sqs', Endpoint: QUEUE }));
  const received = async (): Promise<unknown[]> => {
    const { Messages = [] } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body = '' }) => JSON.parse(JSON.parse(Body).Message));
  };

  inject({ fault: 'job-announced-early' });
  const JobId = await retrieve(clients, archiveId, TOPIC);
  expect(await received()).toMatchObject([{ JobId, Completed: true, StatusCode: 'Succeeded' }]);
  expect(await describeJob(JobId)).toMatchObject({ Completed: false, StatusCode: 'InProgress' });
  clients.sandbox.clock.advance(4 * HOUR_MS);
  expect(await describeJob(JobId)).toMatchObject({ Completed: true });
  expect(await received()).toContainEqual(expect.objectContaining({ JobId, StatusCode: 'Succeeded' }));
});
