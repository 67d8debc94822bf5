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

/** Archives looked at at the same time. */
const PARALLEL_LOOKS = 16;

/** What looking again at everything that is called verified has shown. */
export interface Verification {
  /** Archives in the records. */
  archives: number;
  /** Those whose receipt says verified: all of them were looked at. */
  verified: number;
  failed: number;
  skipped: number;
  /** No receipt says how they ended. */
  withoutReceipt: number;
  /** Archives with a difference. */
  different: number;
  /** Objects whose every byte was read, and their bytes. */
  readObjects: number;
  readBytes: bigint;
  /** Objects of the sample that S3 gives no bytes of until they are restored. */
  archivedObjects: number;
  /** Objects in another storage class than at the time of the receipt. */
  otherClass: number;
  /** Archives without a difference, by the strongest proof that their bytes are those of the inventory. */
  readonly proofs: Record<Proof, number>;
}

export interface Listener {
  difference(difference: Difference): Promise<void>;
  /** An archive was looked at. @param proof null where it differs */
  looked(row: ArchiveRow, proof: Proof | null): Promise<void>;
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
 * Looks again at every archive whose receipt says verified, and reads the bytes of those that the sample takes.
 * Two archives that share a key are found too: the one object under it names only one of them.
 * @param isOver the run is complete, so that each archive must have a receipt
 * @throws the AWS error that kept it from going on
 */
export async function verifyArchives(
  place: RunBucket,
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
  const looks = new InFlight(PARALLEL_LOOKS);
  try {
    for await (const archive of archives) {
      const { row, receipt } = archive;
      const ending = OUTCOMES.find((outcome) => outcome === receipt?.outcome) ?? 'withoutReceipt';
      verification.archives += 1;
      verification[ending] += 1;
      if (ending === 'withoutReceipt' && isOver) await report(archive, [NO_RECEIPT]);
      if (receipt?.outcome !== 'verified') continue;
      const isRead = sample.takes(row);
      await looks.add(async () => {
        const { findings, proof } = await look(place, { row, receipt }, isRead, verification);
        await report(archive, findings);
        if (findings.length === 0) verification.proofs[proof] += 1;
        await listener.looked(row, findings.length === 0 ? proof : null);
      });
    }
    await looks.drain();
  } finally {
    await looks.settle();
  }
  return verification;
}

const OUTCOMES = ['verified', 'failed', 'skipped'] as const satisfies readonly Outcome[];

const NO_RECEIPT: Finding = {
  kind: 'no-receipt',
  message: 'the run is complete, but no receipt says how this archive ended',
};

interface Looked {
  readonly findings: readonly Finding[];
  /** Where there are none. */
  readonly proof: Proof;
}

async function look(
  place: RunBucket,
  archive: RecordedArchive & { readonly receipt: Receipt },
  isRead: boolean,
  verification: Verification,
): Promise<Looked> {
  const { row, receipt } = archive;
  const inRecords = checkReceipt(archive);
  if (inRecords.length > 0 || receipt.stored === null) return { findings: inRecords, proof: 'metadata' };
  const { findings, storageClass, readable, proof } = await checkObject(place, row, receipt.stored);
  if (findings.length > 0) return { findings, proof };
  if (storageClass !== receipt.stored.storageClass) verification.otherClass += 1;
  if (!isRead) return { findings, proof };
  if (!readable) {
    verification.archivedObjects += 1;
    return { findings, proof };
  }
  const wrong = await readBack(place, row, receipt.stored);
  verification.readObjects += 1;
  verification.readBytes += BigInt(row.sizeBytes);
  return { findings: wrong === null ? [] : [wrong], proof: 'read-back' };
}
