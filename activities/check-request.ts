import { DescribeVaultCommand } from '@aws-sdk/client-glacier';
import { HeadBucketCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { GetTopicAttributesCommand } from '@aws-sdk/client-sns';
import { activityInfo } from '@temporalio/activity';
import { parseVaultArn } from '../src/aws/arn';
import type { AwsClients } from '../src/aws/clients';
import { describeAwsError, awsErrorSentence, isTransient } from '../src/aws/errors';
import { topicArnOf } from '../src/aws/messaging-setup';
import { inBucket, type OwnedBucket } from '../src/aws/owned-bucket';
import { reached } from '../src/crash-points';
import { Failure, TransferError } from '../src/failures';
import { clockFaultOf, hostFaultOf } from '../src/host-faults';
import { CONTROL_ROOT, requestKey, RUN_NAME, RUN_NAME_RULE } from '../src/ids';
import { putText } from '../src/run-folder/run-files';
import type { RunSettings, TransferRequest } from '../src/wire/request';
import type { Dependencies } from './dependencies';
import { parseRequest, POLL_SECONDS } from './request-schema';

export const createCheckRequestActivities = ({ clients, hasSearchAttributes }: Dependencies) => ({
  /**
   * The first activity of a run: validates the request, checks it against AWS and fills in the defaults.
   * @throws TransferError InvalidRequest with every problem found; nothing has been started then
   */
  async checkRequest(raw: TransferRequest): Promise<RunSettings> {
    const { workflowId: run = '', runId: startId = '' } = activityInfo().workflowExecution ?? {};
    const nameProblems = RUN_NAME.test(run) ? [] : [`run ${JSON.stringify(run)}: ${RUN_NAME_RULE}`];
    const parsed = parseRequest(raw);
    if ('problems' in parsed) throw invalid([...nameProblems, ...parsed.problems]);
    const { request } = parsed;
    const vault = await findVault(clients, request.vault);
    const bucketOwner = request.bucketOwner ?? (vault.arn === null ? null : parseVaultArn(vault.arn).accountId);
    const destination = { bucket: request.bucket, bucketOwner };
    const bucket = await findBucket(clients, destination, request.prefix);
    const problems = [...nameProblems, ...vault.problems, ...bucket.problems];
    if (problems.length > 0 || vault.arn === null || bucketOwner === null) throw invalid(problems);

    const topicArn = await findTopic(clients, vault.arn);
    const polls = POLL_SECONDS[request.tier];
    const { pollSeconds } = request.tuning;
    reached('request.before-put');
    await putText(
      clients.s3,
      destination,
      requestKey(run),
      JSON.stringify({ run, vaultArn: vault.arn, ...request, bucketOwner }),
    );
    reached('request.after-put');
    return {
      run,
      startId,
      vault: request.vault,
      vaultArn: vault.arn,
      bucket: request.bucket,
      bucketOwner,
      prefix: request.prefix,
      storageClass: request.storageClass,
      tier: request.tier,
      inventory: request.inventory ?? null,
      decode: request.decode,
      names: request.names ?? null,
      filter: request.filter,
      topicArn,
      rateLimits: { bytesPerDay: request.bytesPerDay, requestsPerSecond: request.requestsPerSecond },
      searchAttributes: await hasSearchAttributes(),
      lookFirst: bucket.occupied,
      readAdopted: request.readAdopted,
      largeArchiveBytes: request.tuning.largeArchiveBytes,
      wholeLimitBytes: request.tuning.wholeLimitBytes,
      minPartBytes: request.tuning.minPartBytes,
      ownWorkflowUpTo: request.tuning.ownWorkflowUpTo,
      shardArchives: request.tuning.shardArchives,
      firstPollSeconds: pollSeconds ?? (topicArn === null ? polls.unannounced : polls.announced),
      pollSeconds: pollSeconds ?? polls.again,
      continueAsNewAfter: request.tuning.continueAsNewAfter ?? null,
    };
  },
});

const invalid = (problems: readonly string[]): TransferError =>
  new TransferError(Failure.InvalidRequest, problems.join('; '), { details: problems });

/**
 * An error that a person must fix becomes a problem of the request. A transient one, or one of this machine, is thrown,
 * since the request is not to blame.
 */
function asProblem(error: unknown, what: string): string {
  const awsError = describeAwsError(error);
  if (isTransient(awsError) || (hostFaultOf(error) ?? clockFaultOf(awsError)) !== null) throw error;
  return `${what}: ${awsErrorSentence(awsError)}`;
}

async function findVault({ glacier }: AwsClients, name: string): Promise<{ arn: string | null; problems: string[] }> {
  try {
    const vault = await glacier.send(new DescribeVaultCommand({ accountId: '-', vaultName: name }));
    return { arn: vault.VaultARN ?? null, problems: [] };
  } catch (error) {
    return { arn: null, problems: [asProblem(error, `vault ${name}`)] };
  }
}

async function findBucket(
  { s3 }: AwsClients,
  destination: OwnedBucket,
  prefix: string,
): Promise<{ occupied: boolean; problems: string[] }> {
  try {
    await s3.send(new HeadBucketCommand(inBucket(destination)));
    const listing = await s3.send(
      new ListObjectsV2Command({ ...inBucket(destination), Prefix: prefix, Delimiter: '/', MaxKeys: 2 }),
    );
    const folders = (listing.CommonPrefixes ?? []).filter((folder) => folder.Prefix !== CONTROL_ROOT);
    return { occupied: folders.length + (listing.Contents ?? []).length > 0, problems: [] };
  } catch (error) {
    return { occupied: false, problems: [await problemOfBucket(s3, destination, error)] };
  }
}

/** HeadBucket replies have no body, so its errors carry no message. */
async function problemOfBucket(s3: S3Client, { bucket, bucketOwner }: OwnedBucket, error: unknown): Promise<string> {
  const { kind, httpStatus } = describeAwsError(error);
  if (kind === 'missing') return `bucket ${bucket}: does not exist`;
  if (httpStatus === 403 && bucketOwner !== null && (await isOpen(s3, bucket))) {
    return `bucket ${bucket} does not belong to account ${bucketOwner}; if that is intended, pass the owner with --bucket-owner`;
  }
  return asProblem(error, `bucket ${bucket}`);
}

/** Whether the bucket is accessible without an expected owner. This is the only request that names none. */
async function isOpen(s3: S3Client, bucket: string): Promise<boolean> {
  try {
    await s3.send(new HeadBucketCommand({ Bucket: bucket }));
    return true;
  } catch (error) {
    if (describeAwsError(error).httpStatus === 403) return false;
    throw error;
  }
}

/** The topic that `glacier-transfer setup` creates; without it the run polls. */
async function findTopic({ sns }: AwsClients, vaultArn: string): Promise<string | null> {
  const topicArn = topicArnOf(parseVaultArn(vaultArn));
  try {
    await sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn }));
    return topicArn;
  } catch (error) {
    if (isTransient(describeAwsError(error))) throw error;
    return null;
  }
}
