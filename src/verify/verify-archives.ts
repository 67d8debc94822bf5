import { Window } from '../bytes/window';
import type { Outcome, Receipt } from '../wire/receipt';
import { checkObject, type Place } from './check-object';
import { checkReceipt } from './check-receipt';
import type { Difference, Finding, RecordedArchive } from './difference';
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
}

export interface Listener {
  difference(difference: Difference): Promise<void>;
  /** An archive was looked at. */
  looked(): void;
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
  place: Place,
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
  };
  const report = async ({ row }: RecordedArchive, findings: readonly Finding[]): Promise<void> => {
    if (findings.length === 0) return;
    verification.different += 1;
    await listener.difference({ row, findings });
  };
  const looks = new Window(PARALLEL_LOOKS);
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
        await report(archive, await look(place, { row, receipt }, isRead, verification));
        listener.looked();
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

async function look(
  place: Place,
  archive: RecordedArchive & { readonly receipt: Receipt },
  isRead: boolean,
  verification: Verification,
): Promise<readonly Finding[]> {
  const { row, receipt } = archive;
  const inRecords = checkReceipt(archive);
  if (inRecords.length > 0 || receipt.stored === null) return inRecords;
  const { findings, storageClass, readable } = await checkObject(place, row, receipt.stored);
  if (findings.length > 0) return findings;
  if (storageClass !== receipt.stored.storageClass) verification.otherClass += 1;
  if (!isRead) return [];
  if (!readable) {
    verification.archivedObjects += 1;
    return [];
  }
  const wrong = await readBack(place, row, receipt.stored);
  verification.readObjects += 1;
  verification.readBytes += BigInt(row.sizeBytes);
  return wrong === null ? [] : [wrong];
}
