import type { DecodeMode } from '../../wire/request';
import { blankName, type DecodedName, type Decoder, UNREADABLE, plainName, unreadableName } from './decoder';
import { decodeCloudBerry } from './cloudberry';
import { decodeFastGlacier } from './fastglacier';
import { decodeGitAnnex } from './git-annex';
import { decodeMtAwsGlacier } from './mt-aws-glacier';
import { decodeQnap } from './qnap';
import { safeName } from './safe-name';

/** Decoders by mode; the first that recognizes the description wins. `auto` starts in the order of AWS's transfer solution. */
const DECODERS: Readonly<Record<DecodeMode, readonly Decoder[]>> = {
  auto: [decodeFastGlacier, decodeCloudBerry, decodeQnap, decodeMtAwsGlacier, decodeGitAnnex],
  raw: [],
  fastglacier: [decodeFastGlacier],
  cloudberry: [decodeCloudBerry],
  qnap: [decodeQnap],
  'mt-aws-glacier': [decodeMtAwsGlacier],
  'git-annex': [decodeGitAnnex],
};

/** Glacier keeps at most 1,024 characters. A longer description is not from Glacier and is not parsed. */
const MAX_DESCRIPTION_CHARACTERS = 4096;

/**
 * The safe name of an archive, and the format of its description.
 * @param description raw archive description, untrusted
 * @param mode which formats to try; a description in none of them is the name itself
 * @returns a name that is never empty: `00undefined/<ArchiveId>` if the description has none,
 *   `00error/<ArchiveId>` if it is corrupted
 */
export function nameArchive(description: string, archiveId: string, mode: DecodeMode): DecodedName {
  const decoded = decode(description.trim(), mode);
  if (decoded.format === 'unreadable') return { name: unreadableName(archiveId), format: 'unreadable' };
  const name = safeName(decoded.name);
  return name === '' ? { name: blankName(archiveId), format: 'blank' } : { name, format: decoded.format };
}

function decode(description: string, mode: DecodeMode): DecodedName {
  if (description.length > MAX_DESCRIPTION_CHARACTERS) return UNREADABLE;
  for (const decoder of DECODERS[mode]) {
    const decoded = decoder(description);
    if (decoded !== null) return decoded;
  }
  return plainName(description);
}
