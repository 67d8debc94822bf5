import type { GlacierClient } from '@aws-sdk/client-glacier';
import { lastInventory } from '../src/aws/last-inventory';
import { Failure, TransferError } from '../src/failures';
import { missingRows } from '../src/inventory/partial';
import type { PreparedFiles } from '../src/inventory/prepare';
import type { RunSettings } from '../src/wire/request';

/**
 * A part of an inventory would leave archives behind in silence.
 * @throws TransferError InventoryUnusable; AWS errors
 */
export async function refusePartial(
  glacier: GlacierClient,
  files: PreparedFiles,
  settings: RunSettings,
): Promise<void> {
  if (files.inventoryDate === null) return;
  const missing = missingRows(files, await lastInventory(glacier, settings));
  if (missing === null) return;
  const advice =
    settings.inventory === null
      ? 'Start the run again later, with a newer inventory.'
      : 'Give one that was made without a date range, a limit and a marker, or start the run without an inventory.';
  throw new TransferError(
    Failure.InventoryUnusable,
    `the inventory of ${files.inventoryDate} lists ${missing.listed} archives, but the vault had ${missing.counted} ` +
      `then: it is only a part. Nothing was requested. ${advice}`,
  );
}
