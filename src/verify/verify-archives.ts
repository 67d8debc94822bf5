import { InFlight } from '../bytes/in-flight';
import type { ArchiveRow } from '../wire/inventory';
import type { Outcome, Proof, Receipt } from '../wire/receipt';
import {
  checkObject,
  type RunBucket,
  checkReceipt,
  type Difference,
  type Finding,
  type RecordedArchive,
} from './check-archive';
import { readBack } from './read-back';
import type { Sample, VerifiedTotal } from './sample';

/** Archives checked concurrently. */
const CONCURRENT_CHECKS = 16;

/** The result of checking all verified archives again. */
export interface Verification {
  /** Archives in the records. */
  archives: number;
  /** Archives whose receipt says verified: all of them were checked. */
  verified: number;
  failed: number;
  skipped: number;
  /** Archives without a receipt. */
  withoutReceipt: number;
  /** Archives with a difference. */
  different: number;
  /** Objects whose every byte was read, and their bytes. */
  readObjects: number;
  readBytes: bigint;
  /** Archived objects of the sample, which cannot be read until they are restored. */
  archivedObjects: number;
  /** Objects whose storage class has changed since the receipt. */
  otherClass: number;
  /** Archives without a difference, by the strongest proof of their bytes. */
  readonly proofs: Record<Proof, number>;
}

export interface Listener {
  difference(difference: Difference): Promise<void>;
  /** An archive was checked. @param proof null if it differs */
  checked(row: ArchiveRow, proof: Proof | null): Promise<void>;
}

/** Archives and bytes whose receipts say verified. */
export async function totalVerified(archives: AsyncIterable<RecordedArchive>): Promise<VerifiedTotal> {
  const total = { archives: 0, bytes: 0n };
  for await (const { row, receipt } of archives) {
    if (receipt?.outcome !== 'verified') continue;
    total.archives += 1;
    total.bytes += BigInt(row.sizeBytes);
  }
  return total;
}

/**
 * Checks every archive whose receipt says verified, and reads the bytes of those in the sample. Two archives with the same
 * key are detected too: the object under it names only one of them.
 * @param isOver the run is complete, so each archive must have a receipt
 * @throws the AWS error that prevented it from continuing
 */
export async function verifyArchives(
  bucket: RunBucket,
  archives: AsyncIterable<RecordedArchive>,
  sample: Sample,
  isOver: boolean,
  listener: Listener,
): Promise<Verification> {
  const verification: Verification = {
    archives: 0,
    verified: 0,
    failed: 0,
    skipped: 0,
    withoutReceipt: 0,
    different: 0,
    readObjects: 0,
    readBytes: 0n,
    archivedObjects: 0,
    otherClass: 0,
    proofs: { sha256: 0, 'read-back': 0, crc32: 0, metadata: 0 },
  };
  const report = async ({ row }: RecordedArchive, findings: readonly Finding[]): Promise<void> => {
    if (findings.length === 0) return;
    verification.different += 1;
    await listener.difference({ row, findings });
  };
  const inFlight = new InFlight(CONCURRENT_CHECKS);
  try {
    for await (const archive of archives) {
      const { row, receipt } = archive;
      const ending = OUTCOMES.find((outcome) => outcome === receipt?.outcome) ?? 'withoutReceipt';
      verification.archives += 1;
      verification[ending] += 1;
      if (ending === 'withoutReceipt' && isOver) await report(archive, [NO_RECEIPT]);
      if (receipt?.outcome !== 'verified') continue;
      const isRead = sample.takes(row);
      await inFlight.add(async () => {
        const { findings, proof } = await checkArchive(bucket, { row, receipt }, isRead, verification);
        await report(archive, findings);
        if (findings.length === 0) verification.proofs[proof] += 1;
        await listener.checked(row, findings.length === 0 ? proof : null);
      });
    }
    await inFlight.drain();
  } finally {
    await inFlight.settle();
  }
  return verification;
}

const OUTCOMES = ['verified', 'failed', 'skipped'] as const satisfies readonly Outcome[];

const NO_RECEIPT: Finding = {
  kind: 'no-receipt',
  message: 'the run is complete, but this archive has no receipt',
};

interface Checked {
  readonly findings: readonly Finding[];
  /** If there are none. */
  readonly proof: Proof;
}

async function checkArchive(
  bucket: RunBucket,
  archive: RecordedArchive & { readonly receipt: Receipt },
  isRead: boolean,
  verification: Verification,
): Promise<Checked> {
  const { row, receipt } = archive;
  const inRecords = checkReceipt(archive);
  if (inRecords.length > 0 || receipt.stored === null) return { findings: inRecords, proof: 'metadata' };
  const { findings, storageClass, readable, proof } = await checkObject(bucket, row, receipt.stored);
  if (findings.length > 0) return { findings, proof };
  if (storageClass !== receipt.stored.storageClass) verification.otherClass += 1;
  if (!isRead) return { findings, proof };
  if (!readable) {
    verification.archivedObjects += 1;
    return { findings, proof };
  }
  const wrong = await readBack(bucket, row, receipt.stored);
  verification.readObjects += 1;
  verification.readBytes += BigInt(row.sizeBytes);
  return { findings: wrong === null ? [] : [wrong], proof: 'read-back' };
}
