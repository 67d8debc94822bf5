import { performance } from 'node:perf_hooks';
import { describeFault, faultSentence } from '../src/aws/faults';
import { Failure, TransferError } from '../src/failures';
import { INVENTORY_INDEX, jobDescription } from '../src/ids';
import type { RunSettings } from '../src/wire/request';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';

export const createOrderInventoryActivities = ({ jobs }: Dependencies) => ({
  /**
   * Orders a whole-vault inventory as JSON, or finds the one this run has ordered already. Returns the job's id.
   * @throws TransferError NoInventoryYet, Refused; AWS errors
   */
  async requestInventory(settings: RunSettings): Promise<string> {
    try {
      const jobId = await jobs.request(
        settings.vault,
        {
          Type: 'inventory-retrieval',
          Format: 'JSON',
          Description: jobDescription(settings.run, INVENTORY_INDEX),
          ...(settings.topicArn === null ? {} : { SNSTopic: settings.topicArn }),
        },
        performance.now(),
        abortSignal(),
      );
      if (jobId !== null) return jobId;
      throw new TransferError(Failure.Unavailable, 'Glacier throttles requests for jobs', { retryable: true });
    } catch (error) {
      const fault = describeFault(error);
      if (fault.kind !== 'missing') throw error;
      throw new TransferError(
        Failure.NoInventoryYet,
        `vault ${settings.vault} has no inventory yet: Glacier writes the first one half a day to a day after the first ` +
          `upload. Start the run again then. (${faultSentence(fault)})`,
      );
    }
  },
});
