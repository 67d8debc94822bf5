import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import type { JobNotice } from '../src/wire/job';
import { createTemporalAccess } from './temporal-access';

const NOTICES: readonly JobNotice[] = [{ index: -1, jobId: 'j', status: 'Succeeded', message: '' }];

/** A namespace of workflows by id and type. */
function namespaceOf(types: Readonly<Record<string, string>>) {
  const signalled: string[] = [];
  const known = (id: string): string => {
    const type = types[id];
    if (type === undefined) throw new WorkflowNotFoundError('unknown', id, undefined);
    return type;
  };
  const getHandle = (id: string) => ({
    describe: async () => ({ type: known(id) }),
    signal: async () => {
      known(id);
      signalled.push(id);
    },
  });
  return { signalled, access: createTemporalAccess({ workflow: { getHandle } } as unknown as Client) };
}

test('signals runs, shards and archives', async () => {
  const ids = { run: 'vaultTransfer', 'run/shard-000001': 'shard', 'run/archive-a': 'archive' };
  const { signalled, access } = namespaceOf(ids);
  for (const id of Object.keys(ids)) expect(await access.deliver(id, NOTICES)).toBe('delivered');
  expect(signalled).toEqual(Object.keys(ids));
});

test('a workflow of somebody else that is called like a run hears nothing', async () => {
  const { signalled, access } = namespaceOf({ payments: 'payInvoices' });
  expect(await access.deliver('payments', NOTICES)).toBe('unknown');
  expect(signalled).toEqual([]);
});

test.each(['nobody', 'nobody/archive-a'])('%s is unknown', async (id) => {
  expect(await namespaceOf({}).access.deliver(id, NOTICES)).toBe('unknown');
});

test.each([
  ['is over', new WorkflowNotFoundError('over', 'run', undefined)],
  ['refuses', new WorkflowUpdateFailedError('no', undefined)],
])('a run that %s is no trouble for an order to many', async (_, refusal) => {
  const orders: string[] = [];
  const executeUpdate = async (order: string): Promise<void> => {
    orders.push(order);
    throw refusal;
  };
  const withDeadline = async (_deadline: number, act: () => Promise<unknown>): Promise<unknown> => await act();
  const client = { workflow: { getHandle: () => ({ executeUpdate }) }, withDeadline };
  await createTemporalAccess(client as unknown as Client).orderRun('run', 'pause');
  expect(orders).toEqual(['pause']);
});

test('an order that nobody takes is given again', async () => {
  const withDeadline = async (): Promise<never> => {
    throw new Error('deadline');
  };
  const client = { workflow: { getHandle: () => ({}) }, withDeadline };
  await expect(createTemporalAccess(client as unknown as Client).orderRun('run', 'pause')).rejects.toThrow('deadline');
});
