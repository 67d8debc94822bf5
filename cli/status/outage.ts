import type { AwsContactReport, UnansweredService } from '../../src/wire/contact';
import { formatInstant, safeText } from '../text/format';

/** AWS, or some of its services, do not answer a run's workers. */
export interface Outage {
  /** RFC 3339. */
  readonly since: string;
  /** Why, in a few words: `connection refused (Amazon S3)`. */
  readonly message: string;
  readonly kind: UnansweredService['kind'];
}

/** A worker's report on AWS, and its time by the server's clock. */
export interface ContactSample {
  readonly atMs: number;
  readonly report: AwsContactReport;
}

/** The first retries get over a shorter one. */
const LEAST_MS = 15_000;
/** Older than any retry delay: the worker that reported it is gone. */
const STALE_MS = 300_000;
const DAY_MS = 86_400_000;

/**
 * Whether there is an outage of AWS, as seen by the workers of a run. It is not an outage if another worker has reached the
 * service since: then it is that worker's network.
 */
export function outageIn(samples: readonly ContactSample[], nowMs: number): Outage | null {
  const fresh = samples.filter(({ atMs }) => nowMs - atMs <= STALE_MS);
  const answeredAtMs = lastAnswers(fresh);
  const unanswered = fresh
    .flatMap(({ atMs, report }) => report.unanswered.map((one) => ({ ...one, sinceMs: atMs - one.forMs })))
    .filter(({ service, sinceMs }) => sinceMs > lastAnswerOf(service, answeredAtMs) && nowMs - sinceMs >= LEAST_MS)
    .toSorted((left, right) => left.sinceMs - right.sinceMs);
  const [first] = unanswered;
  if (first === undefined) return null;
  const services = [...new Set(unanswered.map(({ service }) => service))].filter((service) => service !== null);
  const names = services.map((service) => NAMES[service] ?? service).toSorted();
  return {
    since: new Date(first.sinceMs).toISOString(),
    message: `${first.message}${names.length === 0 ? '' : ` (${names.join(', ')})`}`,
    kind: unanswered.every(({ kind }) => kind === 'errors') ? 'errors' : 'silent',
  };
}

/** Combines two clocks: workers measure ages, the server measures times. */
const TOLERANCE_MS = 500;

function lastAnswers(samples: readonly ContactSample[]): ReadonlyMap<string, number> {
  const answered = new Map<string, number>();
  for (const { atMs, report } of samples) {
    for (const [service, ageMs] of Object.entries(report.answeredMs)) {
      answered.set(service, Math.max(answered.get(service) ?? 0, atMs - ageMs));
    }
  }
  return answered;
}

/** @param service null: any */
function lastAnswerOf(service: string | null, answeredAtMs: ReadonlyMap<string, number>): number {
  const last = service === null ? Math.max(0, ...answeredAtMs.values()) : (answeredAtMs.get(service) ?? 0);
  return last - TOLERANCE_MS;
}

const NAMES: Readonly<Record<string, string>> = {
  s3: 'Amazon S3',
  glacier: 'Amazon Glacier',
  sns: 'Amazon SNS',
  sqs: 'Amazon SQS',
};

/** `AWS has not answered since 14:02 UTC: connection refused (Amazon S3)`, without the full stop. */
export function outageSentence({ since, message, kind }: Outage, now: Date): string {
  const what = kind === 'errors' ? 'AWS has answered only with errors' : 'AWS has not answered';
  const isToday = now.getTime() - Date.parse(since) < DAY_MS;
  const at = isToday ? `${since.slice(11, 16)} UTC` : formatInstant(since);
  return safeText(`${what} since ${at}: ${message}`);
}

/** The report in a heartbeat's or a failure's detail; null for anything else. */
export function contactIn(detail: unknown): AwsContactReport | null {
  const report = (detail as { readonly aws?: unknown } | null | undefined)?.aws as
    Partial<AwsContactReport> | undefined;
  if (typeof report !== 'object' || report === null) return null;
  const { answeredMs, unanswered } = report;
  const isAnswered = typeof answeredMs === 'object' && answeredMs !== null;
  if (!isAnswered || !Object.values(answeredMs).every((ageMs) => typeof ageMs === 'number')) return null;
  if (!Array.isArray(unanswered) || !unanswered.every(isUnanswered)) return null;
  return { answeredMs, unanswered };
}

const isUnanswered = (one: Partial<UnansweredService> | null): boolean =>
  typeof one?.forMs === 'number' &&
  typeof one.message === 'string' &&
  (one.kind === 'silent' || one.kind === 'errors') &&
  (one.service === null || typeof one.service === 'string');
