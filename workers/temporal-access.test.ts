import { WorkflowNotFoundError, type Client } from '@temporalio/client';
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
