import { z } from 'zod';
import {
  BYTES_PER_DAY,
  BYTES_PER_DAY_RULE,
  DEFAULT_BYTES_PER_DAY,
  DEFAULT_REQUESTS_PER_SECOND,
  MOST_REQUESTS_PER_SECOND,
} from '../src/domain/rate-limits';
import { MIN_PART_BYTES, SMALLEST_PART_BYTES, WHOLE_LIMIT_BYTES } from '../src/domain/part-plan';
import { filterProblems } from '../src/inventory/filter/filter-problems';
import { DECODE_MODES, STORAGE_CLASSES, TIERS, type Tier, type TransferRequest } from '../src/wire/request';
import { accountId, bucketName, count, keyPrefix, positiveCount, s3Address, vaultName } from './inputs/fields';

const globs = z.array(z.string().min(1).max(1_024)).max(1_000);

/** Schema of a {@link TransferFilter}. */
export const filter = z.strictObject({
  include: globs.exactOptional(),
  exclude: globs.exactOptional(),
  fromDate: z.iso.datetime().exactOptional(),
  toDate: z.iso.datetime().exactOptional(),
  minSizeBytes: positiveCount.exactOptional(),
  maxSizeBytes: positiveCount.exactOptional(),
  idsFrom: s3Address.exactOptional(),
  limit: positiveCount.exactOptional(),
});

/** Globs are parsed once, when a request is checked, and not again in each activity. */
const checkedFilter = filter.superRefine((value, context) => {
  for (const { field, message } of filterProblems(value)) {
    context.addIssue({ code: 'custom', path: [field], message });
  }
});

/** Rate limits of a run's requests to Glacier. */
export const rateLimits = z.object({
  bytesPerDay: z.string().regex(BYTES_PER_DAY, BYTES_PER_DAY_RULE),
  requestsPerSecond: z.number().positive().max(MOST_REQUESTS_PER_SECOND),
});

/** Upper limit for archives per shard: the shard's workflow holds the size of each. */
export const MAX_SHARD_ARCHIVES = 5_000;

export const tuning = {
  // A batch holds each archive in memory as a whole and uploads it with one PutObject.
  largeArchiveBytes: positiveCount.max(WHOLE_LIMIT_BYTES),
  wholeLimitBytes: positiveCount.max(WHOLE_LIMIT_BYTES),
  minPartBytes: positiveCount
    .min(SMALLEST_PART_BYTES)
    .max(WHOLE_LIMIT_BYTES)
    .refine((bytes) => Number.isInteger(Math.log2(bytes)), 'not a power of two'),
  ownWorkflowUpTo: count,
  shardArchives: positiveCount.max(MAX_SHARD_ARCHIVES),
  // Within the limit of Temporal's timers.
  pollSeconds: positiveCount.max(365 * 86_400),
  // With less, a run would continue as new before it has done anything.
  continueAsNewAfter: positiveCount.min(10),
};

/**
 * Schema of a {@link TransferRequest}, from any client. Unknown fields are rejected, so that a mistyped option does not
 * silently get its default.
 */
const schema = z.strictObject({
  vault: vaultName,
  bucket: bucketName,
  bucketOwner: accountId.optional(),
  prefix: keyPrefix.default(''),
  storageClass: z.enum(STORAGE_CLASSES).default('DEEP_ARCHIVE'),
  readAdopted: z.boolean().default(false),
  tier: z.enum(TIERS).default('Bulk'),
  inventory: s3Address.optional(),
  decode: z.enum(DECODE_MODES).default('auto'),
  names: s3Address.optional(),
  filter: checkedFilter.prefault({}),
  bytesPerDay: rateLimits.shape.bytesPerDay.default(DEFAULT_BYTES_PER_DAY),
  requestsPerSecond: rateLimits.shape.requestsPerSecond.default(DEFAULT_REQUESTS_PER_SECOND),
  tuning: z
    .strictObject({
      largeArchiveBytes: tuning.largeArchiveBytes.default(WHOLE_LIMIT_BYTES),
      wholeLimitBytes: tuning.wholeLimitBytes.default(WHOLE_LIMIT_BYTES),
      minPartBytes: tuning.minPartBytes.default(MIN_PART_BYTES),
      ownWorkflowUpTo: tuning.ownWorkflowUpTo.default(2_000),
      shardArchives: tuning.shardArchives.default(MAX_SHARD_ARCHIVES),
      pollSeconds: tuning.pollSeconds.optional(),
      continueAsNewAfter: tuning.continueAsNewAfter.optional(),
    })
    .prefault({}),
});

export type CheckedRequest = z.output<typeof schema>;

interface PollSeconds {
  /** First poll of a job that will be announced by a notification: after the tier's usual time. */
  readonly announced: number;
  /** First poll of a job without notification: at the start of the tier's usual time. */
  readonly unannounced: number;
  readonly again: number;
}

/**
 * When to poll a job. With notifications, a poll only makes up for lost ones. Too early, it is wasted; too late, it uses
 * up the 24 hours for which an output is kept. Usual times: Expedited 1-5 min, Standard 3-5 h, Bulk 5-12 h.
 */
export const POLL_SECONDS: Readonly<Record<Tier, PollSeconds>> = {
  Expedited: { announced: 600, unannounced: 60, again: 60 },
  Standard: { announced: 6 * 3_600, unannounced: 3 * 3_600, again: 1_800 },
  Bulk: { announced: 13 * 3_600, unannounced: 5 * 3_600, again: 3_600 },
};

/** The request with defaults filled in, or every problem it has. */
export function parseRequest(request: TransferRequest): { request: CheckedRequest } | { problems: string[] } {
  const parsed = schema.safeParse(request);
  if (parsed.success) return { request: parsed.data };
  return {
    problems: parsed.error.issues.map((issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`),
  };
}
