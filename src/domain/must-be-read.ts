import type { StoredObject } from '../wire/receipt';
import type { RunSettings } from '../wire/request';

/** Whether an object found under an archive's key must be read back before it counts as the archive. */
export const mustBeRead = (
  { readAdopted }: Pick<RunSettings, 'readAdopted'>,
  { adopted, proof }: Pick<StoredObject, 'adopted' | 'proof'>,
): boolean => readAdopted === true && adopted && proof !== 'sha256' && proof !== 'read-back';
