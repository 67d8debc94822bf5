import { blankName } from './blank';
import { type DecodedName, type Decoder, UNREADABLE } from './decoder';
import { decodeFastGlacier } from './fastglacier';
import { decodeJsonPath } from './json-path';
import { decodePlain } from './plain';
import { safeName } from './safe-name';
import { unreadableName } from './unreadable';

/** In the order of AWS's transfer solution; the first that knows the description decides. */
const DECODERS: readonly Decoder[] = [decodeFastGlacier, decodeJsonPath, decodePlain];

/** Glacier keeps at most 1,024 characters. Beyond this, a description is not from Glacier and no parser sees it. */
const MAX_DESCRIPTION_CHARACTERS = 4096;

/**
 * The safe name of an archive, and which format its description had.
 * @param description raw archive description, untrusted
 * @returns a name that is never empty: `00undefined/<ArchiveId>` where the description gives none,
 *   `00error/<ArchiveId>` where it is broken
 */
export function nameArchive(description: string, archiveId: string): DecodedName {
  const decoded = decode(description.trim());
  if (decoded.format === 'unreadable') return { name: unreadableName(archiveId), format: 'unreadable' };
  const name = safeName(decoded.name);
  return name === '' ? { name: blankName(archiveId), format: 'blank' } : { name, format: decoded.format };
}

function decode(description: string): DecodedName {
  if (description.length > MAX_DESCRIPTION_CHARACTERS) return UNREADABLE;
  for (const decoder of DECODERS) {
    const decoded = decoder(description);
    if (decoded !== null) return decoded;
  }
  return UNREADABLE;
}
