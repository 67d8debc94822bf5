import { DescribeVaultCommand, type GlacierClient } from '@aws-sdk/client-glacier';
import type { RunSettings } from '../wire/request';

/** What Glacier says of a vault, as of its last inventory. */
export interface LastInventory {
  /** ISO 8601; null before the first inventory. */
  readonly date: string | null;
  /** Archives that it counted; null where Glacier gives no count. */
  readonly archives: number | null;
}

/** @throws the AWS error */
export async function lastInventory(
  glacier: GlacierClient,
  { vault }: Pick<RunSettings, 'vault'>,
): Promise<LastInventory> {
  const { LastInventoryDate, NumberOfArchives } = await glacier.send(
    new DescribeVaultCommand({ accountId: '-', vaultName: vault }),
  );
  return { date: LastInventoryDate ?? null, archives: NumberOfArchives ?? null };
}
