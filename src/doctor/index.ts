import type { Client } from '@temporalio/client';
import { type ArnParts, parseVaultArn } from '../aws/arn';
import type { AwsClients } from '../aws/clients';
import { awsContact } from '../aws/contact';
import { type TryRequest, createTryRequest } from './try-request';
import { checkBucket } from './bucket';
import { checkClock, checkCredentials } from './credentials';
import { type Area, type Check, checksOf, type Destination, type Examined } from './check';
import { checkMessaging } from './messaging';
import { permissionChecks } from './permission';
import { checkTemporal } from './temporal';
import { checkDescription, checkVault, describeVault } from './vault';

/** Without a response by then, a request counts as having none. */
const RESPONSE_LIMIT_MS = 20_000;

export interface Examination extends Destination {
  /** @default the vault's account */
  readonly bucketOwner?: string;
}

export interface Reach {
  readonly aws: AwsClients;
  readonly connect: () => Promise<Client>;
}

/**
 * Checks everything a run needs, in order of the areas. Never rejects: what cannot be found out is a finding. Sends a few
 * requests, writes one small object (see bucket-permissions.ts) and initiates no job.
 */
export async function examine({ aws, connect }: Reach, examination: Examination): Promise<readonly Check[]> {
  const checks = await Promise.all([
    checkAws(aws, examination, createTryRequest(RESPONSE_LIMIT_MS)),
    checkTemporal(connect, RESPONSE_LIMIT_MS),
  ]);
  return checks.flat();
}

/** All areas except Temporal. */
export async function checkAws(
  aws: AwsClients,
  examination: Examination,
  tryRequest: TryRequest,
): Promise<readonly Check[]> {
  const own = await checkCredentials(aws);
  if (own.some(({ verdict }) => verdict === 'failed'))
    return [...own, ...notChecked('there are no credentials or no Region')];
  const { vault } = examination;
  const described = await describeVault(aws, tryRequest, vault);
  if (described.kind === 'unauthenticated') {
    const rejected = credentials('failed', 'accepted', `AWS does not accept these credentials: ${described.sentence}`);
    return [...own, rejected, ...notChecked('AWS does not accept the credentials')];
  }
  if (described.kind === 'no-response' && !described.isThrottled) {
    const endpoint = awsContact.endpointOf('glacier');
    const at = endpoint === null ? '' : ` at ${endpoint}`;
    return [
      noResponse(`AWS does not respond: ${described.why}. Tried: glacier:DescribeVault of ${vault}${at}.`),
      ...own.map(unproven),
      credentials('unknown', 'clock', 'not checked: it is compared with the time in responses of AWS.'),
      ...notChecked('AWS does not respond'),
    ];
  }
  const clock = checkClock(aws.glacier.config.systemClockOffset);
  const found = describedVault(described, vault);
  const arn = arnIn(described, await aws.region());
  if (arn === null)
    return [...own, clock, ...found, ...notChecked('nothing is known about the vault', ['bucket', 'messaging'])];
  const { bucketOwner = arn.accountId } = examination;
  const examined: Examined = { ...examination, aws, tryRequest, arn, bucketOwner };
  const areas = await Promise.all([
    described.kind === 'rejected' ? [] : checkVault(examined),
    checkBucket(examined),
    checkMessaging(examined),
  ]);
  return [...own, credentials('ok', 'accepted', `for the account ${arn.accountId}.`), clock, ...found, ...areas.flat()];
}

const credentials = checksOf('credentials');

const noResponse = (message: string): Check =>
  credentials('unknown', 'response', `${message} Check the network, DNS, proxy and firewall of this machine.`);

/** Credentials that no service has seen are only found, not accepted. */
const unproven = (check: Check): Check =>
  check.verdict === 'ok' && check.name === 'credentials'
    ? { ...check, verdict: 'unknown', message: `${check.message} Not checked: AWS does not respond.` }
    : check;

const notChecked = (reason: string, areas: readonly Area[] = ['vault', 'bucket', 'messaging']): readonly Check[] =>
  areas.map((area) => checksOf(area)('unknown', area, `not checked: ${reason}.`));

type Described = Awaited<ReturnType<typeof describeVault>>;

/** From the vault's ARN, or else from the ARN in Glacier's error message; null if it names none. */
function arnIn(described: Described, region: string): ArnParts | null {
  if (described.kind === 'given') return parseVaultArn(described.value.VaultARN ?? '');
  const [, partition, accountId] = /\barn:([a-z-]+):[a-z]+:[a-z0-9-]*:(\d{12}):/.exec(described.sentence) ?? [];
  return partition === undefined || accountId === undefined ? null : { partition, region, accountId };
}

function describedVault(reply: Described, vault: string): readonly Check[] {
  const check = checksOf('vault');
  switch (reply.kind) {
    case 'given':
      return [checkDescription(vault, reply.value)];
    case 'rejected': {
      const isMissing = reply.code === 'ResourceNotFoundException';
      const message = isMissing ? `the vault ${vault} does not exist in this Region and account.` : reply.sentence;
      return [check('failed', 'vault', message)];
    }
    case 'denied':
    case 'unauthenticated':
    case 'no-response':
      return permissionChecks(check, [{ action: 'glacier:DescribeVault', resource: `the vault ${vault}`, reply }]);
    default:
      return reply satisfies never;
  }
}
