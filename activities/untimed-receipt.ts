import { receiptOf, type Ending } from '../src/domain/receipt';
import type { ArchiveRow } from '../src/wire/inventory';
import type { Receipt } from '../src/wire/receipt';
import type { RunSettings } from '../src/wire/request';

/** The receipt, as of now, of an archive that nobody has timed: found in the bucket, or ended before it was moved. */
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
