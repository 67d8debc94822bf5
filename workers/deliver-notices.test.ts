import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { JobNotification } from '../src/wire/job';
import { createDeliverNotices } from './deliver-notices';

const NOTICES: readonly JobNotification[] = [{ index: -1, jobId: 'j', status: 'Succeeded', message: '' }];

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
  return { signalled, deliver: createDeliverNotices({ workflow: { getHandle } } as unknown as Client) };
}

test('job notifications signal runs, shards and archives', async () => {
  const ids = { run: 'vaultTransfer', 'run/shard-000001': 'shard', 'run/archive-a': 'archive' };
  const { signalled, deliver } = namespaceOf(ids);
  for (const id of Object.keys(ids)) expect(await deliver(id, NOTICES)).toBe('delivered');
  expect(signalled).toEqual(Object.keys(ids));
});

test('a workflow of another application with the name of a run gets no signal', async () => {
  const { signalled, deliver } = namespaceOf({ payments: 'payInvoices' });
  expect(await deliver('payments', NOTICES)).toBe('unknown');
  expect(signalled).toEqual([]);
});

test.each(['nobody', 'nobody/archive-a'])('a notification for %s, which does not exist, is unknown', async (id) => {
  expect(await namespaceOf({}).deliver(id, NOTICES)).toBe('unknown');
});
