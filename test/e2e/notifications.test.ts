import { runToEnd } from '../support/run';
import { startStack, type Stack } from '../support/stack';
import { readObjects, uploadArchives, type UploadedArchive } from '../support/vault';

const MIB = 1024 * 1024;
const ARCHIVES = [
  ...Array.from({ length: 60 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number * 311 })),
  { description: 'own workflow', sizeBytes: 3 * MIB },
  { description: 'in parts', sizeBytes: 17 * MIB },
];
/** Batches below 2 MiB, a workflow per archive above. */
const BATCHES_AND_OWN = { tuning: { ownWorkflowUpTo: 0, largeArchiveBytes: 2 * MIB } };

describe.each([
  ['lost', 'notification-lost'],
  ['duplicated', 'notification-doubled'],
] as const)('when every notification is %s', (_name, fault) => {
  let stack: Stack;
  let uploaded: readonly UploadedArchive[];

  beforeAll(async () => {
    stack = await startStack({ sandbox: { faults: { rules: [{ fault }] } } });
    uploaded = await uploadArchives(stack.clients, ARCHIVES);
  }, 60_000);
  afterAll(async () => await stack.close());

  test('every archive is still requested, downloaded and stored exactly once', async () => {
    const summary = await runToEnd(stack, 'notifications', BATCHES_AND_OWN);
    expect(summary).toMatchObject({
      state: 'completed',
      archives: { total: uploaded.length, verified: uploaded.length },
    });
    const objects = await readObjects(stack.clients.s3);
    const hashes = objects.map(({ sha256 }) => sha256).toSorted();
    expect(hashes).toEqual(uploaded.map(({ sha256 }) => sha256).toSorted());

    expect(stack.count('InitiateJob')).toBe(uploaded.length + 1);
    expect(stack.count('GetJobOutput')).toBe(uploaded.length + 1);
    expect(stack.count('CreateMultipartUpload')).toBe(1);
    expect(stack.count('UploadPart')).toBe(3);
    expect(stack.count('DescribeJob') > uploaded.length).toBe(fault === 'notification-lost');
  }, 120_000);
});
