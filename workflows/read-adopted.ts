import type { StoredObject } from '../src/wire/receipt';
import type { ReadAdoptedInput, ReadProgress } from '../src/wire/transfer';
import { moving } from './activities';
import { failureDetail } from './failure';
import type { GatedRunner } from './pause-gate';

/**
 * Reads back the object under an archive's key, on the workers that move bytes. After an interruption (a pause, missing
 * permissions) it resumes where it stopped.
 * @returns the object with its proof; null if it is gone
 */
export async function readAdopted(
  runner: GatedRunner,
  { settings, archive, crc32 }: Omit<ReadAdoptedInput, 'progress'>,
): Promise<StoredObject | null> {
  const summary = `read back ${archive.sizeBytes} bytes`;
  let progress: ReadProgress | null = null;
  return await runner.runInterruptible(async () => {
    try {
      return await moving(settings, Date.now(), summary).readAdopted({ settings, archive, crc32, progress });
    } catch (error) {
      progress = (failureDetail(error) as ReadProgress | undefined) ?? progress;
      throw error;
    }
  });
}
