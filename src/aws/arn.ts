/** What the ARNs of a vault, its topic and its queues have in common. */
export interface ArnParts {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

export const VAULT_ARN = /^arn:(aws[a-z-]*):glacier:([a-z0-9-]{1,32}):(\d{12}):vaults\/[A-Za-z0-9_.-]{1,255}$/;

/** Reads `arn:aws:glacier:REGION:ACCOUNT:vaults/NAME`; the parts of anything else are empty. */
export function parseVaultArn(vaultArn: string): ArnParts {
  const [, partition = '', region = '', accountId = ''] = VAULT_ARN.exec(vaultArn) ?? [];
  return { partition, region, accountId };
}
