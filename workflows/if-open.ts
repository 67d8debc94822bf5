import { ApplicationFailure } from '@temporalio/workflow';

/** Signals or cancels another workflow that may be gone by now: then there is nobody to tell, and that is no error. */
export async function ifOpen(act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof ApplicationFailure) || error.type !== 'ExternalWorkflowExecutionNotFound') throw error;
  }
}
