import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { IllegalStateError } from '@temporalio/common';

/**
 * Connections to the server that global-setup.ts started. Call `teardown()` on it in `afterAll`. Test files share
 * the server: use workflow ids and task queues of your own.
 */
export async function openTestEnv(): Promise<TestWorkflowEnvironment> {
  installQuietRuntime();
  return TestWorkflowEnvironment.createFromExistingServer({ address: serverAddress() });
}

/** host:port of the server that global-setup.ts started. */
export const serverAddress = (): string => fromSetup('TEMPORAL_ADDRESS');

/** For `Worker.create({ workflowBundle: workflowBundle() })`. */
export const workflowBundle = (): { readonly codePath: string } => ({ codePath: fromSetup('WORKFLOW_BUNDLE') });

/** The same for the workflow that stands in for the parents of ours. */
export const parentBundle = (): { readonly codePath: string } => ({ codePath: fromSetup('PARENT_BUNDLE') });

/** Must come before the first connection, and again after the last was closed: the runtime ends with it. */
export function installQuietRuntime(): void {
  try {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
  } catch (error) {
    if (!(error instanceof IllegalStateError)) throw error;
  }
}

function fromSetup(name: string): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set: was this test started without global-setup.ts?`);
  return value;
}
