import { activityInfo } from '@temporalio/activity';
import { z } from 'zod';
import { DEFAULT_BYTES_PER_DAY, DEFAULT_REQUESTS_PER_SECOND } from '../src/domain/rate-limits';
import { Failure, TransferError } from '../src/failures';
import { RUN_NAME, RUN_NAME_RULE } from '../src/ids';
import type { TransferRequest } from '../src/wire/request';
import { SERIES_ORDERS, type SeriesRequest, type SeriesSettings } from '../src/wire/series';
import type { Dependencies } from './dependencies';
import { runName } from './inputs/fields';
import { rateLimits, parseRequest, type CheckedRequest } from './request-schema';

export const createCheckSeriesActivities = ({ hasSearchAttributes, updateRun }: Dependencies) => ({
  /**
   * Validates a series before any of its runs starts. Each run checks its own vault and bucket against AWS.
   * @throws TransferError InvalidRequest with every problem found
   */
  async checkSeries(raw: SeriesRequest): Promise<SeriesSettings> {
    const { workflowId: name = '' } = activityInfo().workflowExecution ?? {};
    const parsed = parseSeries(name, raw);
    const nameProblems = RUN_NAME.test(name) ? [] : [`series ${JSON.stringify(name)}: ${RUN_NAME_RULE}`];
    if ('problems' in parsed || nameProblems.length > 0) {
      const problems = [...nameProblems, ...('problems' in parsed ? parsed.problems : [])];
      throw new TransferError(Failure.InvalidRequest, problems.join('; '), { details: problems });
    }
    const { order, rateLimits } = parsed.series;
    return { order, rateLimits, searchAttributes: await hasSearchAttributes() };
  },

  /** Pauses or resumes several runs. Idempotent: runs that are closed or in that state already are left alone. */
  async updateRuns(runs: readonly string[], update: 'pause' | 'resume'): Promise<void> {
    await Promise.all(runs.map((run) => updateRun(run, update)));
  },
});

/** Quota of vaults per account and Region. */
const MOST_VAULTS = 1_000;

/** Schema of a {@link SeriesRequest}, except for the requests of its vaults. */
const schema = z.strictObject({
  vaults: z
    .array(z.strictObject({ run: runName, request: z.unknown() }))
    .min(1)
    .max(MOST_VAULTS),
  order: z.enum(SERIES_ORDERS).default('sequential'),
  rateLimits: z
    .strictObject({
      bytesPerDay: rateLimits.shape.bytesPerDay.default(DEFAULT_BYTES_PER_DAY),
      requestsPerSecond: rateLimits.shape.requestsPerSecond.default(DEFAULT_REQUESTS_PER_SECOND),
    })
    .prefault({}),
});

export interface CheckedSeries extends Pick<z.output<typeof schema>, 'order' | 'rateLimits'> {
  readonly vaults: readonly { readonly run: string; readonly request: CheckedRequest }[];
}

/** The series with defaults filled in, or every problem that shows without calling AWS. */
export function parseSeries(
  name: string,
  request: SeriesRequest,
): { readonly series: CheckedSeries } | { readonly problems: readonly string[] } {
  const parsed = schema.safeParse(request);
  if (!parsed.success) {
    return { problems: parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'series'}: ${message}`) };
  }
  const problems: string[] = [];
  const vaults = parsed.data.vaults.flatMap(({ run, request: raw }) => {
    const checked = parseRequest(raw as TransferRequest);
    if ('request' in checked) return [{ run, request: checked.request }];
    problems.push(...checked.problems.map((problem) => `${run}: ${problem}`));
    return [];
  });
  const places = vaults.map(({ request: { bucket, prefix } }) => `s3://${bucket}/${prefix}`);
  problems.push(
    ...repeated([name, ...vaults.map(({ run }) => run)]).map((run) => `the name "${run}" is given twice`),
    ...repeated(places).map((place) => `${place} is the destination of two vaults`),
  );
  return problems.length === 0 ? { series: { ...parsed.data, vaults } } : { problems };
}

const repeated = (texts: readonly string[]): string[] => [
  ...new Set(texts.filter((text, position) => texts.indexOf(text) !== position)),
];
