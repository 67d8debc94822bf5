import type { Policy } from '../policy/document';

/** Who makes a call. */
export interface Principal {
  /** `arn:aws:iam::111122223333:user/planner` */
  readonly arn: string;
  readonly accountId: string;
  /** The user's identity policy; null: everything that no resource policy denies is allowed. */
  readonly policy: Policy | null;
}

/** A user of the account. */
export const userOf = (accountId: string, name: string, policy: Policy | null): Principal => ({
  arn: `arn:aws:iam::${accountId}:user/${name}`,
  accountId,
  policy,
});

/** The account itself: the caller of a sandbox without a credentials file. */
export const rootOf = (accountId: string): Principal => ({
  arn: `arn:aws:iam::${accountId}:root`,
  accountId,
  policy: null,
});
