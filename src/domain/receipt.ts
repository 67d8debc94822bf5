import type { ArchiveRow } from '../wire/inventory';
import type { Receipt } from '../wire/receipt';
import type { RunSettings } from '../wire/request';

/** The receipt of an archive without timings: found in the bucket, or ended before it was moved. */
export const untimedReceipt = (
  settings: RunSettings,
  archive: ArchiveRow,
  ending: Omit<Ending, 'requestedAt' | 'readyAt' | 'settledAt'>,
): Receipt =>
  receiptOf(settings, archive, {
    ...ending,
    requestedAt: null,
    readyAt: null,
    settledAt: new Date().toISOString(),
  });

/** The fields that do not depend on the outcome. */
type Known = 'receiptVersion' | 'run' | 'vaultArn' | 'bucket' | 'storageClass' | Exclude<keyof ArchiveRow, 'own'>;
/** How it ended. */
export type Ending = Omit<Receipt, Known>;

/** The receipt of one archive. */
export function receiptOf(
  settings: RunSettings,
  { ownWorkflow: _own, ...archive }: ArchiveRow,
  ending: Ending,
): Receipt {
  return {
    receiptVersion: 1,
    run: settings.run,
    vaultArn: settings.vaultArn,
    bucket: settings.bucket,
    storageClass: settings.storageClass,
    ...archive,
    ...ending,
  };
}
