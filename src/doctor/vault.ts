import {
  DescribeJobCommand,
  DescribeVaultCommand,
  GetDataRetrievalPolicyCommand,
  GetJobOutputCommand,
  GetVaultAccessPolicyCommand,
  GetVaultLockCommand,
  GetVaultNotificationsCommand,
  InitiateJobCommand,
  ListJobsCommand,
  type DescribeVaultOutput,
} from '@aws-sdk/client-glacier';
import type { AwsClients } from '../aws/clients';
import { TOPIC_NAME } from '../ids';
import type { Ask, Reply } from './ask';
import { type Check, checksOf, type Examined } from './examined';
import { permissionChecks, settingChecks } from './permission';

const check = checksOf('vault');
const NOT_SET = 'ResourceNotFoundException';
/** No job and no archive has such an id: AWS's have 92 and 138 characters. */
const IMPOSSIBLE_ID = 'glacier-transfer-doctor';

export const describeVault = ({ glacier }: AwsClients, ask: Ask, vault: string): Promise<Reply<DescribeVaultOutput>> =>
  ask((options) => glacier.send(new DescribeVaultCommand({ accountId: '-', vaultName: vault }), options));

/** The vault itself, from its description. */
export function checkDescription(vault: string, { NumberOfArchives, LastInventoryDate }: DescribeVaultOutput): Check {
  if (LastInventoryDate === undefined || LastInventoryDate === null) {
    return check(
      'warning',
      'vault',
      `${vault} has no inventory yet: a run needs one, about a day after the first upload.`,
    );
  }
  return check('ok', 'vault', `${vault}; archives at its inventory of ${LastInventoryDate}: ${NumberOfArchives ?? 0}.`);
}

/** Permissions on the vault, and settings of vault and account that stand in the way of a run. Starts no job. */
export async function checkVault(examined: Examined): Promise<readonly Check[]> {
  const checks = await Promise.all([
    permissions(examined),
    accessPolicy(examined),
    lock(examined),
    notifications(examined),
    retrievalPolicy(examined),
  ]);
  return checks.flat();
}

/**
 * Each action is asked for something that cannot be: IAM refuses before Glacier looks, and Glacier refuses what IAM
 * allows. InitiateJob is given two reasons for that, an impossible id and a range that does not begin on a MiB,
 * since a job that was started would cost money.
 */
async function permissions({ aws: { glacier }, ask, vault, arn }: Examined): Promise<readonly Check[]> {
  const named = { accountId: '-', vaultName: vault };
  const job = { ...named, jobId: IMPOSSIBLE_ID };
  const impossible = { Type: 'archive-retrieval', ArchiveId: IMPOSSIBLE_ID, Tier: 'Bulk', RetrievalByteRange: '1-2' };
  const replies = {
    'glacier:InitiateJob': ask((options) =>
      glacier.send(new InitiateJobCommand({ ...named, jobParameters: impossible }), options),
    ),
    'glacier:DescribeJob': ask((options) => glacier.send(new DescribeJobCommand(job), options)),
    'glacier:ListJobs': ask((options) => glacier.send(new ListJobsCommand({ ...named, limit: 1 }), options)),
    'glacier:GetJobOutput': ask((options) => glacier.send(new GetJobOutputCommand(job), options)),
  };
  const resource = `arn:${arn.partition}:glacier:${arn.region}:${arn.accountId}:vaults/${vault}`;
  return permissionChecks(
    check,
    await Promise.all(
      Object.entries(replies).map(async ([action, reply]) => ({ action, resource, reply: await reply })),
    ),
  );
}

const accessPolicy = ({ aws: { glacier }, ask, vault }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'access policy', action: 'glacier:GetVaultAccessPolicy', unset: NOT_SET },
    ask((options) => glacier.send(new GetVaultAccessPolicyCommand({ accountId: '-', vaultName: vault }), options)),
    (reply) => [judgePolicy('access policy', reply?.policy?.Policy, 'set')],
  );

const lock = ({ aws: { glacier }, ask, vault }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'vault lock', action: 'glacier:GetVaultLock', unset: NOT_SET },
    ask((options) => glacier.send(new GetVaultLockCommand({ accountId: '-', vaultName: vault }), options)),
    (reply) => [judgePolicy('vault lock', reply?.Policy, `in the state ${reply?.State}`)],
  );

/** @param text the policy, JSON; undefined or null for none */
function judgePolicy(name: string, text: string | null | undefined, state: string): Check {
  if (text === undefined || text === null) return check('ok', name, 'none.');
  const denied = deniedActions(text);
  if (denied.length === 0) return check('ok', name, `${state}; it denies nothing.`);
  return check(
    'warning',
    name,
    `${state}; it denies ${denied.join(', ')}, to some or to all: see whether that concerns you.`,
  );
}

/** The actions of the statements that deny; `?` for a policy that cannot be read. */
function deniedActions(text: string): readonly string[] {
  try {
    const { Statement } = JSON.parse(text) as { Statement: unknown };
    const statements = [Statement].flat() as { Effect?: string; Action?: string | string[]; NotAction?: unknown }[];
    return statements
      .filter(({ Effect }) => Effect === 'Deny')
      .flatMap(({ Action, NotAction }) => (NotAction === undefined ? (Action ?? []) : 'all but some actions'));
  } catch {
    return ['?'];
  }
}

const notifications = ({ aws: { glacier }, ask, vault, arn }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'vault notifications', action: 'glacier:GetVaultNotifications', unset: NOT_SET },
    ask((options) => glacier.send(new GetVaultNotificationsCommand({ accountId: '-', vaultName: vault }), options)),
    (reply) => {
      const topic = reply?.vaultNotificationConfig?.SNSTopic ?? null;
      if (topic === null) return [check('ok', 'vault notifications', 'none but those of the jobs themselves.')];
      const ours = `arn:${arn.partition}:sns:${arn.region}:${arn.accountId}:${TOPIC_NAME}`;
      const effect =
        topic === ours ? 'all news comes twice, which costs and does no harm' : 'each archive costs a message there';
      return [check('warning', 'vault notifications', `every job is announced at ${topic} too: ${effect}.`)];
    },
  );

const retrievalPolicy = ({ aws: { glacier }, ask }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'data retrieval policy', action: 'glacier:GetDataRetrievalPolicy' },
    ask((options) => glacier.send(new GetDataRetrievalPolicyCommand({ accountId: '-' }), options)),
    (reply) => {
      const strategy = reply?.Policy?.Rules?.[0]?.Strategy ?? 'None';
      if (strategy === 'None') return [check('ok', 'data retrieval policy', 'no limit.')];
      const message = `${strategy} limits Standard retrievals in this Region: choose Bulk, or change the policy.`;
      return [check('warning', 'data retrieval policy', message)];
    },
  );
