import { startChild, type ChildWorkflowOptions } from '@temporalio/workflow';

/** Starts a workflow as its parent, and ends: shards and archives take no other start. */
export async function parentOf(
  workflowType: string,
  { workflowId, taskQueue }: Required<Pick<ChildWorkflowOptions, 'taskQueue' | 'workflowId'>>,
  args: unknown[],
): Promise<void> {
  await startChild(workflowType, {
    workflowId,
    taskQueue,
    args,
    parentClosePolicy: 'ABANDON',
    workflowExecutionTimeout: '25s',
  });
}
