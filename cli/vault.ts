import { DescribeVaultCommand } from '@aws-sdk/client-glacier';
import type { AwsClients } from '../src/aws/clients';
import { describeAwsError } from '../src/aws/errors';
import { usageError, type CliError } from './exit-codes';

/** ARN of the vault. @throws CliError with the usage code when there is none of that name */
export async function findVault({ glacier }: AwsClients, vault: string): Promise<string> {
  try {
    const { VaultARN } = await glacier.send(new DescribeVaultCommand({ accountId: '-', vaultName: vault }));
    return VaultARN ?? '';
  } catch (error) {
    if (describeAwsError(error).code !== 'ResourceNotFoundException') throw error;
    throw noSuchVault(vault, await glacier.config.region());
  }
}

export const noSuchVault = (vault: string, region: string): CliError =>
  usageError(`There is no vault "${vault}" in the region ${region} of this account.`);
