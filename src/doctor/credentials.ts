import type { AwsClients } from '../aws/clients';
import { describeAwsError } from '../aws/errors';
import { type Check, checksOf } from './check';

const check = checksOf('credentials');

/** Credentials and Region as the SDK finds them on this machine. Calls no service except those that issue credentials. */
export async function checkCredentials(aws: AwsClients): Promise<readonly Check[]> {
  return await Promise.all([credentials(aws), region(aws)]);
}

async function credentials({ s3 }: AwsClients): Promise<Check> {
  try {
    const { accessKeyId, sessionToken, expiration } = await s3.config.credentials();
    const key = `access key ${accessKeyId.slice(0, 4)}…${accessKeyId.slice(-4)}`;
    if (sessionToken !== undefined && sessionToken === process.env['AWS_SESSION_TOKEN']) {
      return check(
        'warning',
        'credentials',
        `${key}, temporary and set by variables, so they are not renewed: give workers a role or profile.`,
      );
    }
    if (expiration === undefined) return check('ok', 'credentials', `${key}; no expiry is known.`);
    return check('ok', 'credentials', `${key}, valid until ${expiration.toISOString()}, then renewed.`);
  } catch (error) {
    const { message } = describeAwsError(error);
    return check('failed', 'credentials', `none found: ${message}. Set AWS_PROFILE, or give the machine a role.`);
  }
}

async function region(aws: AwsClients): Promise<Check> {
  try {
    return check('ok', 'region', await aws.region());
  } catch {
    return check('failed', 'region', 'none is known: set AWS_REGION, or choose a profile with AWS_PROFILE.');
  }
}

/**
 * How far this machine's clock is from AWS's.
 * @param offsetMs as the SDK measured it by the Date header of a response; it detects four minutes and more
 */
export function checkClock(offsetMs: number): Check {
  const minutes = Math.round(Math.abs(offsetMs) / 60_000);
  if (minutes < 5) return check('ok', 'clock', 'within 5 minutes of AWS.');
  return check(
    'warning',
    'clock',
    `${minutes} minutes ${offsetMs > 0 ? 'behind' : 'ahead of'} AWS. The SDK corrects its offset, but AWS rejects the first ` +
      'requests, and times in receipts are wrong: synchronize the clock (NTP).',
  );
}
