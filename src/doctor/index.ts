import type { Client } from '@temporalio/client';
import { type ArnParts, parseVaultArn } from '../aws/arn';
import type { AwsClients } from '../aws/clients';
import { awsContact } from '../aws/contact';
import { type Ask, createAsk } from './ask';
import { checkBucket } from './bucket';
import { checkClock, checkCredentials } from './credentials';
import { type Area, type Check, checksOf, type Destination, type Examined } from './examined';
import { checkMessaging } from './messaging';
import { permissionChecks } from './permission';
import { checkTemporal } from './temporal';
import { checkDescription, checkVault, describeVault } from './vault';

/** A request that was not answered by then counts as unanswered. */
const ANSWER_LIMIT_MS = 20_000;

export interface Examination extends Destination {
  /** @default the vault's account */
  readonly bucketOwner?: string;
}

export interface Reach {
  readonly aws: AwsClients;
  readonly connect: () => Promise<Client>;
}

/**
 * Looks at all that a run needs, in order of the areas. Never rejects: what cannot be found out is a finding. Costs a few
 * requests; writes one small object (see bucket-permissions.ts) and starts no job.
 */
export async function examine({ aws, connect }: Reach, examination: Examination): Promise<readonly Check[]> {
  const checks = await Promise.all([
    checkAws(aws, examination, createAsk(ANSWER_LIMIT_MS)),
    checkTemporal(connect, ANSWER_LIMIT_MS),
  ]);
  return checks.flat();
}

/** All areas but Temporal's. */
export async function checkAws(aws: AwsClients, examination: Examination, ask: Ask): Promise<readonly Check[]> {
  const own = await checkCredentials(aws);
  if (own.some(({ verdict }) => verdict === 'failed'))
    return [...own, ...notChecked('there are no credentials or no region')];
  const { vault } = examination;
  const described = await describeVault(aws, ask, vault);
  if (described.kind === 'unaccepted') {
    const refused = credentials('failed', 'accepted', `AWS does not take these credentials: ${described.sentence}`);
    return [...own, refused, ...notChecked('AWS does not take the credentials')];
  }
  if (described.kind === 'unanswered' && !described.isAnswer) {
    const endpoint = awsContact.endpointOf('glacier');
    const at = endpoint === null ? '' : ` at ${endpoint}`;
    return [
      checkAnswer(`AWS does not answer: ${described.why}. Tried: glacier:DescribeVault of ${vault}${at}.`),
      ...own.map(unproven),
      credentials('unknown', 'clock', 'not checked: it is compared with the time in answers of AWS.'),
      ...notChecked('AWS does not answer'),
    ];
  }
  const clock = checkClock(aws.glacier.config.systemClockOffset);
  const found = describedVault(described, vault);
  const arn = placeIn(described, await aws.region());
  if (arn === null)
    return [...own, clock, ...found, ...notChecked('nothing is known of the vault', ['bucket', 'messaging'])];
  const { bucketOwner = arn.accountId } = examination;
  const examined: Examined = { ...examination, aws, ask, arn, bucketOwner };
  const areas = await Promise.all([
    described.kind === 'refused' ? [] : checkVault(examined),
    checkBucket(examined),
    checkMessaging(examined),
  ]);
  return [...own, credentials('ok', 'accepted', `for the account ${arn.accountId}.`), clock, ...found, ...areas.flat()];
}

const credentials = checksOf('credentials');

const checkAnswer = (message: string): Check =>
  credentials('unknown', 'answer', `${message} Check the network, DNS, proxy and firewall of this machine.`);

/** Credentials that nobody was asked about are found, and no more. */
const unproven = (check: Check): Check =>
  check.verdict === 'ok' && check.name === 'credentials'
    ? { ...check, verdict: 'unknown', message: `${check.message} Not checked: AWS does not answer.` }
    : check;

const notChecked = (reason: string, areas: readonly Area[] = ['vault', 'bucket', 'messaging']): readonly Check[] =>
  areas.map((area) => checksOf(area)('unknown', area, `not checked: ${reason}.`));

type Described = Awaited<ReturnType<typeof describeVault>>;

/** From the vault's ARN; without one from the ARN in the sentence by which Glacier refused; null where it gave none. */
function placeIn(described: Described, region: string): ArnParts | null {
  if (described.kind === 'given') return parseVaultArn(described.value.VaultARN ?? '');
  const [, partition, accountId] = /\barn:([a-z-]+):[a-z]+:[a-z0-9-]*:(\d{12}):/.exec(described.sentence) ?? [];
  return partition === undefined || accountId === undefined ? null : { partition, region, accountId };
}

function describedVault(reply: Described, vault: string): readonly Check[] {
  const check = checksOf('vault');
  switch (reply.kind) {
    case 'given':
      return [checkDescription(vault, reply.value)];
    case 'refused': {
      const isMissing = reply.code === 'ResourceNotFoundException';
      const message = isMissing ? `there is no vault ${vault} in this Region and account.` : reply.sentence;
      return [check('failed', 'vault', message)];
    }
    case 'denied':
    case 'unaccepted':
    case 'unanswered':
      return permissionChecks(check, [{ action: 'glacier:DescribeVault', resource: `the vault ${vault}`, reply }]);
    default:
      return reply satisfies never;
  }
}
