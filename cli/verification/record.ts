import type { Difference } from '../../src/verify/check-archive';
import type { SampleSize, VerifiedTotal } from '../../src/verify/sample';
import type { ArchiveRow } from '../../src/wire/inventory';
import type { Counts } from '../../src/wire/progress';
import type { Proof } from '../../src/wire/receipt';
import type { Verification } from '../../src/verify/verify-archives';

/** What `verify --json` is about to do. */
export const verifyingRecord = (run: string, bucket: string, total: VerifiedTotal, sample: SampleSize) => ({
  message_type: 'verifying' as const,
  run,
  bucket,
  verified: total.archives,
  head_requests: total.archives,
  expected_reads: sample.objects,
  expected_read_bytes: String(sample.bytes),
});

/** One archive that is as it was verified, and by what. */
export const verifiedRecord = (run: string, row: ArchiveRow, proof: Proof) => ({
  message_type: 'verified' as const,
  run,
  index: row.index,
  archive_id: row.archiveId,
  key: row.key,
  proof,
});

/** One archive that is not as it was verified. */
export const differenceRecord = (run: string, { row, findings }: Difference) => ({
  message_type: 'difference' as const,
  run,
  index: row.index,
  archive_id: row.archiveId,
  key: row.key,
  kinds: findings.map(({ kind }) => kind),
  message: findings.map(({ message }) => message).join('; '),
});

/** @param expected what the run counted; null while it is not complete */
export const verificationRecord = (run: string, found: Verification, expected: Counts | null) => ({
  message_type: 'verification' as const,
  run,
  archives: found.archives,
  expected_archives: expected?.total ?? null,
  verified: found.verified,
  expected_verified: expected?.verified ?? null,
  failed: found.failed,
  skipped: found.skipped,
  without_receipt: found.withoutReceipt,
  different: found.different,
  read_objects: found.readObjects,
  read_bytes: String(found.readBytes),
  archived_objects: found.archivedObjects,
  other_storage_class: found.otherClass,
  proofs: {
    sha256: found.proofs.sha256,
    read_back: found.proofs['read-back'],
    crc32: found.proofs.crc32,
    metadata: found.proofs.metadata,
  },
});
