import type { ArchiveRow } from '../wire/inventory';
import type { Receipt } from '../wire/receipt';
import type { RunSettings } from '../wire/request';

/** What is the same in every receipt of an archive, however it ends. */
type Known = 'receiptVersion' | 'run' | 'vaultArn' | 'bucket' | 'storageClass' | Exclude<keyof ArchiveRow, 'own'>;
/** How it ended. */
export type Ending = Omit<Receipt, Known>;

/** The receipt of one archive. */
export function receiptOf(settings: RunSettings, { own: _own, ...archive }: ArchiveRow, ending: Ending): Receipt {
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
