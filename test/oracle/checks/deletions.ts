import type { World } from '../world';

const DELETES = /^Delete(Archive|Vault|Object|Objects|Bucket)$/;

/** O5: nothing is deleted, neither from the vault nor from the bucket. */
export const deletions = ({ calls }: World): string[] =>
  calls
    .filter(({ operation }) => DELETES.test(operation))
    .map(({ operation, requestId }) => `there was a ${operation} (request ${requestId})`);
