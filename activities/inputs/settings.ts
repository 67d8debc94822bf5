import { z } from 'zod';
import { parseVaultArn, VAULT_ARN } from '../../src/aws/arn';
import { topicArnOf } from '../../src/aws/messaging-setup';
import { DECODE_MODES, STORAGE_CLASSES, TIERS, type RunSettings } from '../../src/wire/request';
import { filter, rateLimits, tuning } from '../request-schema';
import { accountId, bucketName, keyPrefix, runName, s3Address, vaultName } from './fields';

/** Temporal's id of a workflow run is a UUID; tests use shorter ones. */
const startId = z.string().regex(/^[A-Za-z0-9-]{1,64}$/, 'a start id is a UUID');

const vaultArn = z.string().regex(VAULT_ARN, 'not the ARN of a vault');

/**
 * The {@link RunSettings} that `checkRequest` returns, by the rules of a request. Fields added by a newer version are
 * ignored, not rejected: during an update, old and new workers run at the same time.
 */
export const runSettings: z.ZodType<RunSettings> = z
  .object({
    run: runName,
    startId,
    vault: vaultName,
    vaultArn,
    bucket: bucketName,
    bucketOwner: accountId,
    prefix: keyPrefix,
    storageClass: z.enum(STORAGE_CLASSES),
    tier: z.enum(TIERS),
    inventory: s3Address.nullable(),
    decode: z.enum(DECODE_MODES),
    names: s3Address.nullable(),
    filter,
    topicArn: z.string().nullable(),
    rateLimits,
    searchAttributes: z.boolean(),
    lookFirst: z.boolean(),
    readAdopted: z.boolean().exactOptional(),
    largeArchiveBytes: tuning.largeArchiveBytes,
    wholeLimitBytes: tuning.wholeLimitBytes,
    minPartBytes: tuning.minPartBytes,
    ownWorkflowUpTo: tuning.ownWorkflowUpTo,
    shardArchives: tuning.shardArchives,
    firstPollSeconds: tuning.pollSeconds,
    pollSeconds: tuning.pollSeconds,
    continueAsNewAfter: tuning.continueAsNewAfter.nullable(),
  })
  .superRefine((settings, context) => {
    if (!settings.vaultArn.endsWith(`:vaults/${settings.vault}`)) {
      context.addIssue({ code: 'custom', path: ['vaultArn'], message: 'the ARN of another vault' });
    }
    const topicArn = topicArnOf(parseVaultArn(settings.vaultArn));
    if (settings.topicArn !== null && settings.topicArn !== topicArn) {
      context.addIssue({ code: 'custom', path: ['topicArn'], message: `the topic of this vault is ${topicArn}` });
    }
  });
