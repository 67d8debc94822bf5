import { adoptByReading } from '../src/aws/read-adopted';
import { ObjectReading } from '../src/aws/read-back';
import type { StoredObject } from '../src/wire/receipt';
import type { ReadAdoptedInput } from '../src/wire/transfer';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';
import { withHeartbeat } from './heartbeat';
import { earlierPosition, readProgress } from './inputs/positions';
import { withProgress } from './with-progress';

export const createReadAdoptedActivities = ({ clients: { s3 } }: Dependencies) => ({
  /**
   * Adopts the existing object under an archive's key after reading its bytes; see {@link adoptByReading}. Heartbeats
   * carry its progress, and a retry continues there if the object is still the same.
   * @throws with the progress as details: CancelledFailure and what stops the run
   */
  async readAdopted(input: ReadAdoptedInput): Promise<StoredObject | null> {
    const earlier = earlierPosition(readProgress);
    const reading = new ObjectReading(s3, input.settings, input.archive, earlier ?? input.progress);
    const signal = abortSignal();
    try {
      return await withHeartbeat(
        () => adoptByReading(s3, input, reading, signal),
        () => reading.progress(),
      );
    } catch (error) {
      throw withProgress(error, signal, reading.progress());
    }
  },
});
