import { createHash } from 'node:crypto';
import type { S3Call } from './s3-call';

/** The account as S3 names owners: its canonical user id, made up from the account number. */
export const owner = ({ context }: S3Call): { readonly ID: string; readonly DisplayName: string } => ({
  ID: createHash('sha256').update(context.accountId).digest('hex'),
  DisplayName: context.accountId,
});
