import type { StoredObject } from '../src/wire/receipt';
import type { ReadAdoptedInput } from '../src/wire/transfer';
import { moving } from './activities';
import type { Guard } from './guard';

/**
 * Reads back what stands under an archive's key, on the workers that move bytes.
 * @returns the object, with the proof that it has now; null when it is gone
 */
export async function readAdopted(
  guard: Guard,
  { settings, archive, crc32 }: ReadAdoptedInput,
): Promise<StoredObject | null> {
  const summary = `read back ${archive.sizeBytes} bytes`;
  return await guard.move(() => moving(settings, Date.now(), summary).readAdopted({ settings, archive, crc32 }));
}
