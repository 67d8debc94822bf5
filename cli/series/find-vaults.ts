import { DescribeVaultCommand, paginateListVaults, type DescribeVaultOutput } from '@aws-sdk/client-glacier';
import type { AwsClients } from '../../src/aws/clients';
import { mapConcurrently } from '../../src/bytes/map-concurrently';
import { noSuchVault } from '../vault';
import { describeAwsError } from '../../src/aws/errors';

/** A vault as of its last inventory, which is about a day old. */
export interface VaultFacts {
  readonly vault: string;
  readonly archives: number;
  /** Decimal string. */
  readonly bytes: string;
  /** Null for a vault without an inventory. */
  readonly inventoryDate: string | null;
}

/** Vaults skipped by --all-vaults. */
export interface AllVaults {
  readonly found: readonly VaultFacts[];
  /** Empty at their last inventory. */
  readonly empty: readonly string[];
  /** Without an inventory. */
  readonly unlisted: readonly string[];
}

const PARALLEL_LOOKS = 8;

/** All vaults of the account in this Region that have something to move, by name. */
export async function listAllVaults({ glacier }: AwsClients): Promise<AllVaults> {
  const vaults: VaultFacts[] = [];
  for await (const { VaultList = [] } of paginateListVaults({ client: glacier }, { accountId: '-' })) {
    vaults.push(...VaultList.map((vault) => factsOf(vault)));
  }
  vaults.sort((a, b) => (a.vault < b.vault ? -1 : 1));
  const names = (left: readonly VaultFacts[]): readonly string[] => left.map(({ vault }) => vault);
  return {
    found: vaults.filter(({ archives, inventoryDate }) => inventoryDate !== null && archives > 0),
    empty: names(vaults.filter(({ archives, inventoryDate }) => inventoryDate !== null && archives === 0)),
    unlisted: names(vaults.filter(({ inventoryDate }) => inventoryDate === null)),
  };
}

/** The named vaults, in the given order. @throws CliError with the usage code when one of them does not exist */
export async function describeVaults(
  { glacier }: AwsClients,
  names: readonly string[],
): Promise<readonly VaultFacts[]> {
  return await mapConcurrently(names, PARALLEL_LOOKS, new AbortController().signal, async (vaultName) => {
    try {
      return factsOf(await glacier.send(new DescribeVaultCommand({ accountId: '-', vaultName })));
    } catch (error) {
      if (describeAwsError(error).code !== 'ResourceNotFoundException') throw error;
      throw noSuchVault(vaultName, await glacier.config.region());
    }
  });
}

const factsOf = ({
  VaultName = '',
  NumberOfArchives,
  SizeInBytes,
  LastInventoryDate,
}: DescribeVaultOutput): VaultFacts => ({
  vault: VaultName,
  archives: NumberOfArchives ?? 0,
  bytes: String(SizeInBytes ?? 0),
  inventoryDate: LastInventoryDate ?? null,
});
