import { randomBytes } from 'node:crypto';
import type { Forgery } from './rules';

const FOREIGN_ACCOUNT = '999988887777';

type Job = Readonly<Record<string, unknown>>;

/** A notification about a job as an attacker would forge it. @param message the genuine one, JSON */
export function forge(message: string, as: Forgery): string {
  const job = JSON.parse(message) as Job;
  return JSON.stringify({ ...job, ...lieAbout(job, as) });
}

function lieAbout(job: Job, as: Forgery): Job {
  const vaultArn = String(job['VaultARN']);
  switch (as) {
    case 'foreign-account':
      return { VaultARN: vaultArn.replace(/:\d{12}:/, `:${FOREIGN_ACCOUNT}:`) };
    case 'foreign-vault':
      return { VaultARN: `${vaultArn}-of-others` };
    case 'unknown-job':
      return { JobId: randomBytes(69).toString('base64url') };
    case 'other-archive':
      return { ArchiveId: randomBytes(104).toString('base64url').slice(0, 138) };
    case 'other-status':
      return job['StatusCode'] === 'Failed'
        ? { StatusCode: 'Succeeded', StatusMessage: 'Succeeded' }
        : { StatusCode: 'Failed', StatusMessage: 'The job failed.' };
  }
}

/** The first half of the message: not valid JSON. */
export const malform = (message: string): string => message.slice(0, Math.floor(message.length / 2));

/** The facts of the job that a notification is about, for matching rules. */
export function factsOfMessage(message: string): Readonly<Record<string, string>> {
  const { VaultARN, JobId, ArchiveId, StatusCode } = JSON.parse(message) as Readonly<Record<string, string | null>>;
  return {
    vault: VaultARN?.split('/').at(-1) ?? '',
    job: JobId ?? '',
    archive: ArchiveId ?? '',
    status: StatusCode ?? '',
  };
}
