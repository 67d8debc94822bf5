import type { StoredObject } from '../src/wire/receipt';
import type { ReadAdoptedInput, ReadProgress } from '../src/wire/transfer';
import { moving } from './activities';
import { failureDetail } from './failure';
import type { GatedRunner } from './pause-gate';

/**
 * Reads back what stands under an archive's key, on the workers that move bytes. What interrupts it (a pause, missing
 * permissions) does not begin it anew.
 * @returns the object, with the proof that it has now; null when it is gone
 */
export async function readAdopted(
  guard: GatedRunner,
  { settings, archive, crc32 }: Omit<ReadAdoptedInput, 'progress'>,
): Promise<StoredObject | null> {
  const summary = `read back ${archive.sizeBytes} bytes`;
  let progress: ReadProgress | null = null;
  return await guard.runInterruptible(async () => {
    try {
      return await moving(settings, Date.now(), summary).readAdopted({ settings, archive, crc32, progress });
    } catch (error) {
      progress = (failureDetail(error) as ReadProgress | undefined) ?? progress;
      throw error;
    }
  });
}
