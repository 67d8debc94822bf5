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
import type { TryRequest, Reply } from './try-request';
import { type Check, checksOf, type Examined } from './check';
import { permissionChecks, settingChecks } from './permission';

const check = checksOf('vault');
const NOT_SET = 'ResourceNotFoundException';
/** Not a possible id of a job or archive: AWS's have 92 and 138 characters. */
const IMPOSSIBLE_ID = 'glacier-transfer-doctor';

export const describeVault = (
  { glacier }: AwsClients,
  tryRequest: TryRequest,
  vault: string,
): Promise<Reply<DescribeVaultOutput>> =>
  tryRequest((options) => glacier.send(new DescribeVaultCommand({ accountId: '-', vaultName: vault }), options));

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

/** Permissions on the vault, and settings of vault and account that affect a run. Initiates no job. */
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
 * Each action is tried with an impossible parameter: IAM rejects it before Glacier validates it, and Glacier rejects what
 * IAM allows. InitiateJob gets two invalid parameters, an impossible id and a range that does not start on a MiB, because
 * a job would cost money.
 */
async function permissions({ aws: { glacier }, tryRequest, vault, arn }: Examined): Promise<readonly Check[]> {
  const named = { accountId: '-', vaultName: vault };
  const job = { ...named, jobId: IMPOSSIBLE_ID };
  const impossible = { Type: 'archive-retrieval', ArchiveId: IMPOSSIBLE_ID, Tier: 'Bulk', RetrievalByteRange: '1-2' };
  const replies = {
    'glacier:InitiateJob': tryRequest((options) =>
      glacier.send(new InitiateJobCommand({ ...named, jobParameters: impossible }), options),
    ),
    'glacier:DescribeJob': tryRequest((options) => glacier.send(new DescribeJobCommand(job), options)),
    'glacier:ListJobs': tryRequest((options) => glacier.send(new ListJobsCommand({ ...named, limit: 1 }), options)),
    'glacier:GetJobOutput': tryRequest((options) => glacier.send(new GetJobOutputCommand(job), options)),
  };
  const resource = `arn:${arn.partition}:glacier:${arn.region}:${arn.accountId}:vaults/${vault}`;
  return permissionChecks(
    check,
    await Promise.all(
      Object.entries(replies).map(async ([action, reply]) => ({ action, resource, reply: await reply })),
    ),
  );
}

const accessPolicy = ({ aws: { glacier }, tryRequest, vault }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'access policy', action: 'glacier:GetVaultAccessPolicy', unset: NOT_SET },
    tryRequest((options) =>
      glacier.send(new GetVaultAccessPolicyCommand({ accountId: '-', vaultName: vault }), options),
    ),
    (reply) => [policyCheck('access policy', reply?.policy?.Policy, 'set')],
  );

const lock = ({ aws: { glacier }, tryRequest, vault }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'vault lock', action: 'glacier:GetVaultLock', unset: NOT_SET },
    tryRequest((options) => glacier.send(new GetVaultLockCommand({ accountId: '-', vaultName: vault }), options)),
    (reply) => [policyCheck('vault lock', reply?.Policy, `in the state ${reply?.State}`)],
  );

/** @param text the policy, JSON; undefined or null for none */
function policyCheck(name: string, text: string | null | undefined, state: string): Check {
  if (text === undefined || text === null) return check('ok', name, 'none.');
  const denied = deniedActions(text);
  if (denied.length === 0) return check('ok', name, `${state}; denies nothing.`);
  return check(
    'warning',
    name,
    `${state}; denies ${denied.join(', ')} to some or all principals: check whether this affects the run.`,
  );
}

/** The actions of Deny statements; `?` for a policy that cannot be parsed. */
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

const notifications = ({ aws: { glacier }, tryRequest, vault, arn }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'vault notifications', action: 'glacier:GetVaultNotifications', unset: NOT_SET },
    tryRequest((options) =>
      glacier.send(new GetVaultNotificationsCommand({ accountId: '-', vaultName: vault }), options),
    ),
    (reply) => {
      const topic = reply?.vaultNotificationConfig?.SNSTopic ?? null;
      if (topic === null) return [check('ok', 'vault notifications', 'none except those of the jobs.')];
      const ours = `arn:${arn.partition}:sns:${arn.region}:${arn.accountId}:${TOPIC_NAME}`;
      const effect =
        topic === ours
          ? 'each notification arrives twice, which is billed but harmless'
          : 'each archive causes a billed message there';
      return [check('warning', 'vault notifications', `every job is also announced to ${topic}: ${effect}.`)];
    },
  );

const retrievalPolicy = ({ aws: { glacier }, tryRequest }: Examined): Promise<readonly Check[]> =>
  settingChecks(
    check,
    { name: 'data retrieval policy', action: 'glacier:GetDataRetrievalPolicy' },
    tryRequest((options) => glacier.send(new GetDataRetrievalPolicyCommand({ accountId: '-' }), options)),
    (reply) => {
      const strategy = reply?.Policy?.Rules?.[0]?.Strategy ?? 'None';
      if (strategy === 'None') return [check('ok', 'data retrieval policy', 'no limit.')];
      const message = `${strategy} limits Standard retrievals in this Region: choose Bulk or change the policy.`;
      return [check('warning', 'data retrieval policy', message)];
    },
  );
