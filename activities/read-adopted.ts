import { activityInfo } from '@temporalio/activity';
import { adoptByReading } from '../src/aws/read-adopted';
import { ObjectReading, type ReadProgress } from '../src/aws/read-back';
import type { StoredObject } from '../src/wire/receipt';
import type { ReadAdoptedInput } from '../src/wire/transfer';
import { abortSignal } from './abort-signal';
import type { Dependencies } from './dependencies';
import { keepBeating } from './heartbeats';

/** Reads back what stands in the bucket already. */
export const createReadAdoptedActivities = ({ clients: { s3 } }: Dependencies) => ({
  /**
   * Adopts the object under an archive's key once its bytes are read; see {@link adoptByReading}. Its heartbeats say how
   * far it is, and a retry continues there if the object is still the same.
   */
  async readAdopted(input: ReadAdoptedInput): Promise<StoredObject | null> {
    const earlier = (activityInfo().heartbeatDetails ?? null) as ReadProgress | null;
    const reading = new ObjectReading(s3, input.settings, input.archive, earlier);
    return await keepBeating(
      () => adoptByReading(s3, input, reading, abortSignal()),
      () => reading.progress(),
    );
  },
});
