import { checksumProblem } from '../stored-checksum';
import { latestClaims } from '../latest-receipts';
import type { Claim, FoundObject, SeededRow, World } from '../world';

/** O2: every verified object holds the bytes that the archive was seeded with. */
export function bytes({ rows, objects, claims }: World): string[] {
  const last = latestClaims(claims);
  const byKey = new Map(objects.map((object) => [object.key, object]));
  return rows.flatMap((row) => {
    const claim = last.get(row.archiveId);
    if (claim?.outcome !== 'verified') return [];
    const object = byKey.get(claim.key);
    if (object === undefined)
      return [`archive ${row.archiveId} is reported as verified, but there is no object under its key`];
    return differences(row, claim, object).map((what) => `archive ${row.archiveId} under ${claim.key}: ${what}`);
  });
}

function differences({ sizeBytes, treeHash, truth }: SeededRow, { stored }: Claim, object: FoundObject): string[] {
  const compared: readonly (readonly [what: string, found: unknown, expected: unknown])[] = [
    ['tree hash in the inventory', treeHash, truth.treeHash],
    ['size', object.sizeBytes, sizeBytes],
    ['tree hash in the metadata', object.treeHash, truth.treeHash],
    ['key in the receipt', stored?.key, object.key],
    ['version in the receipt', stored?.versionId ?? 'null', object.versionId],
    ['size in the receipt', stored?.sizeBytes, sizeBytes],
    ['CRC32 in the receipt', stored?.crc32, object.crc32],
    ['tree hash of the sent bytes in the receipt', stored?.treeHash, truth.treeHash],
    ['SHA-256 of the bytes read back', object.readBack?.sha256 ?? truth.sha256, truth.sha256],
    ['tree hash of the bytes read back', object.readBack?.treeHash ?? truth.treeHash, truth.treeHash],
  ];
  return [
    ...compared.flatMap(([what, found, expected]) =>
      found === expected ? [] : [`the ${what} is ${String(found)}, expected ${String(expected)}`],
    ),
    ...[checksumProblem(object, truth), proofProblem(stored, object)].filter((problem) => problem !== null),
  ];
}

const MIB = 1024 * 1024;

/** Up to 1 MiB the tree hash is the SHA-256: objects that a run stores have S3's SHA-256, and adopted ones that have it are proved by it. */
function proofProblem(stored: Claim['stored'], { sha256, sizeBytes }: FoundObject): string | null {
  const { adopted, proof } = stored ?? {};
  const possible = sha256 !== null && sizeBytes <= MIB ? ['sha256'] : adopted === true ? ADOPTED_BY : ['crc32'];
  if (adopted === false && sizeBytes <= MIB && sha256 === null) return 'S3 stores no SHA-256 for a small object';
  return possible.includes(proof ?? '') ? null : `the receipt claims the proof ${proof}`;
}

const ADOPTED_BY = ['read-back', 'crc32', 'metadata'];
