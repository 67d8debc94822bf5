import { lastClaims } from '../last-claims';
import type { Claim, FoundObject, SeededRow, World } from '../world';

/** O2: every verified object holds the bytes that the archive was seeded with. */
export function bytes({ rows, objects, claims }: World): string[] {
  const last = lastClaims(claims);
  const byKey = new Map(objects.map((object) => [object.key, object]));
  return rows.flatMap((row) => {
    const claim = last.get(row.archiveId);
    if (claim?.outcome !== 'verified') return [];
    const object = byKey.get(claim.key);
    if (object === undefined) return [`archive ${row.archiveId} is called verified, but nothing stands under its key`];
    return differences(row, claim, object).map((what) => `archive ${row.archiveId} under ${claim.key}: ${what}`);
  });
}

function differences({ sizeBytes, treeHash, truth }: SeededRow, { stored }: Claim, object: FoundObject): string[] {
  const compared: readonly (readonly [what: string, found: unknown, expected: unknown])[] = [
    ['tree hash in the inventory', treeHash, truth.treeHash],
    ['size', object.sizeBytes, sizeBytes],
    ['CRC32 of the whole object', object.crc32, truth.crc32],
    ['tree hash in the metadata', object.treeHash, truth.treeHash],
    ['key in the receipt', stored?.key, object.key],
    ['version in the receipt', stored?.versionId ?? 'null', object.versionId],
    ['size in the receipt', stored?.sizeBytes, sizeBytes],
    ['CRC32 in the receipt', stored?.crc32, truth.crc32],
    ['tree hash of the sent bytes in the receipt', stored?.treeHash, truth.treeHash],
    ['SHA-256 of the bytes read back', object.readBack?.sha256 ?? truth.sha256, truth.sha256],
    ['tree hash of the bytes read back', object.readBack?.treeHash ?? truth.treeHash, truth.treeHash],
  ];
  return compared.flatMap(([what, found, expected]) =>
    found === expected ? [] : [`the ${what} is ${String(found)}, and should be ${String(expected)}`],
  );
}
