import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import { createRunControl } from './run-control';

test.each([
  ['is closed', new WorkflowNotFoundError('closed', 'run', undefined)],
  ['rejects it', new WorkflowUpdateFailedError('no', undefined)],
])('updating a run that %s is no error', async (_, error) => {
  const updates: string[] = [];
  const executeUpdate = async (update: string): Promise<void> => {
    updates.push(update);
    throw error;
  };
  const withDeadline = async (_deadline: number, act: () => Promise<unknown>): Promise<unknown> => await act();
  const client = { workflow: { getHandle: () => ({ executeUpdate }) }, withDeadline };
  await createRunControl(client as unknown as Client).updateRun('run', 'pause');
  expect(updates).toEqual(['pause']);
});

test('an update of a run that no worker accepts in time fails, to be retried', async () => {
  const withDeadline = async (): Promise<never> => {
    throw new Error('deadline');
  };
  const client = { workflow: { getHandle: () => ({}) }, withDeadline };
  await expect(createRunControl(client as unknown as Client).updateRun('run', 'pause')).rejects.toThrow('deadline');
});
