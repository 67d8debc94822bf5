/** Where a vault is, and so where its topic and queues are. */
export interface ArnParts {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** Reads `arn:aws:glacier:REGION:ACCOUNT:vaults/NAME`. */
export function parseVaultArn(vaultArn: string): ArnParts {
  const [, partition = '', , region = '', accountId = ''] = vaultArn.split(':');
  return { partition, region, accountId };
}
