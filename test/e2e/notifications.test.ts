import { runToEnd } from '../support/run';
import { startStack, type Stack } from '../support/stack';
import { readObjects, uploadArchives, type UploadedArchive } from '../support/vault';

const MIB = 1024 * 1024;
const ARCHIVES = [
  ...Array.from({ length: 60 }, (_, number) => ({ description: `small/${number}`, sizeBytes: 1 + number * 311 })),
  { description: 'own workflow', sizeBytes: 3 * MIB },
  { description: 'in parts', sizeBytes: 17 * MIB },
];
/** Both ways to move: batches below 2 MiB, a workflow each above. */
const BOTH_WAYS = { tuning: { ownWorkflowUpTo: 0, largeArchiveBytes: 2 * MIB } };

describe.each([
  ['lost', 'notification-lost'],
  ['doubled', 'notification-doubled'],
] as const)('every notification is %s', (_name, fault) => {
  let stack: Stack;
  let sown: readonly UploadedArchive[];

  beforeAll(async () => {
    stack = await startStack({ sandbox: { faults: { rules: [{ fault }] } } });
    sown = await uploadArchives(stack.clients, ARCHIVES);
  }, 60_000);
  afterAll(async () => await stack.close());

  test('every archive arrives all the same, requested, fetched and stored once', async () => {
    const summary = await runToEnd(stack, 'notifications', BOTH_WAYS);
    expect(summary).toMatchObject({ state: 'completed', archives: { total: sown.length, verified: sown.length } });
    const objects = await readObjects(stack.clients.s3);
    const hashes = objects.map(({ sha256 }) => sha256).toSorted();
    expect(hashes).toEqual(sown.map(({ sha256 }) => sha256).toSorted());

    expect(stack.count('InitiateJob')).toBe(sown.length + 1);
    expect(stack.count('GetJobOutput')).toBe(sown.length + 1);
    expect(stack.count('CreateMultipartUpload')).toBe(1);
    expect(stack.count('UploadPart')).toBe(3);
    expect(stack.count('DescribeJob') > sown.length).toBe(fault === 'notification-lost');
  }, 120_000);
});
