import { z } from 'zod';
import {
  BYTES_PER_DAY,
  BYTES_PER_DAY_RULE,
  DEFAULT_BYTES_PER_DAY,
  DEFAULT_REQUESTS_PER_SECOND,
  MOST_REQUESTS_PER_SECOND,
} from '../src/domain/pace';
import { WHOLE_LIMIT_BYTES } from '../src/domain/part-plan';
import { filterProblems } from '../src/inventory/filter/filter-problems';
import { DECODE_MODES, STORAGE_CLASSES, TIERS, type Tier, type TransferRequest } from '../src/wire/request';

const positive = z.number().int().positive();

const globs = z.array(z.string().min(1).max(1_024)).max(100);

const filter = z
  .strictObject({
    include: globs.exactOptional(),
    exclude: globs.exactOptional(),
    fromDate: z.iso.datetime().exactOptional(),
    toDate: z.iso.datetime().exactOptional(),
    minSizeBytes: positive.exactOptional(),
    maxSizeBytes: positive.exactOptional(),
    idsFrom: z.string().min(1).exactOptional(),
    limit: positive.exactOptional(),
  })
  .superRefine((value, context) => {
    for (const { field, message } of filterProblems(value)) {
      context.addIssue({ code: 'custom', path: [field], message });
    }
  });

/** Shape of a {@link TransferRequest}, as a person may send it from anywhere. Unknown fields are refused: a typo in
 * an option must not become its default. */
const schema = z.strictObject({
  vault: z.string().regex(/^[A-Za-z0-9_.-]{1,255}$/, 'a vault name is 1 to 255 of A-Z a-z 0-9 _ . -'),
  bucket: z.string().regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name is 3 to 63 of a-z 0-9 . -'),
  bucketOwner: z
    .string()
    .regex(/^\d{12}$/, 'an account is 12 digits')
    .optional(),
  prefix: z
    .string()
    .max(512)
    .regex(
      /^(?!\/)(?!\.glacier-transfer\/)[^\p{C}]*$/u,
      'a prefix has no control characters, no leading slash, and is not .glacier-transfer/',
    )
    .default(''),
  storageClass: z.enum(STORAGE_CLASSES).default('DEEP_ARCHIVE'),
  readAdopted: z.boolean().default(false),
  tier: z.enum(TIERS).default('Bulk'),
  inventory: z.string().min(1).optional(),
  decode: z.enum(DECODE_MODES).default('auto'),
  names: z.string().min(1).optional(),
  filter: filter.prefault({}),
  bytesPerDay: z.string().regex(BYTES_PER_DAY, BYTES_PER_DAY_RULE).default(DEFAULT_BYTES_PER_DAY),
  requestsPerSecond: z.number().positive().max(MOST_REQUESTS_PER_SECOND).default(DEFAULT_REQUESTS_PER_SECOND),
  tuning: z
    .strictObject({
      // A batch holds each archive whole in memory and puts it at once.
      largeArchiveBytes: positive.max(WHOLE_LIMIT_BYTES).default(WHOLE_LIMIT_BYTES),
      ownWorkflowUpTo: z.number().int().nonnegative().default(2_000),
      shardArchives: positive.max(5_000).default(5_000),
      pollSeconds: positive.optional(),
      // Below this a run would continue as new before it has done anything.
      continueAsNewAfter: positive.min(10).optional(),
    })
    .prefault({}),
});

export type CheckedRequest = z.output<typeof schema>;

interface PollSeconds {
  /** First question about a job that will be announced: when the tier's usual time is over. */
  readonly announced: number;
  /** First question about a job that will not: when the tier's usual time begins. */
  readonly unannounced: number;
  readonly again: number;
}

/**
 * When to ask about a job. A poll only covers for lost messages; asked too early it is wasted, and too late, it eats
 * into the 24 hours for which an output is kept. Usual times: Expedited 1-5 min, Standard 3-5 h, Bulk 5-12 h.
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
