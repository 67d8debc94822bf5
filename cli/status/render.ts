import type { Estimated } from '../../src/domain/eta';
import { STOPS_THE_RUN } from '../../src/failures';
import { ARCHIVE_STATES, type RunProgress, type RunState } from '../../src/wire/progress';
import {
  renderTable,
  counted,
  formatAge,
  formatBytes,
  formatCount,
  formatDuration,
  formatInstant,
  formatPercent,
  safeText,
} from '../text/format';
import { outageSentence, type Outage } from './outage';
import { outlookFacts, outlookSentence, rateLimitFacts, throttleText } from './outlook';
import type { Throughput } from './throughput';

/** Final states of a run. */
export function isFinal(state: RunState): boolean {
  switch (state) {
    case 'completed':
    case 'completed-with-failures':
    case 'cancelled':
    case 'failed':
      return true;
    case 'inventory':
    case 'transferring':
    case 'paused':
    case 'attention':
    case 'cancelling':
      return false;
    default:
      return state satisfies never;
  }
}

const SENTENCE_OF_STATE: Readonly<Record<RunState, string>> = {
  inventory: 'is waiting for the inventory of the vault',
  transferring: 'is moving archives',
  paused: 'is paused',
  attention: 'needs attention',
  cancelling: 'is being cancelled',
  completed: 'is complete',
  'completed-with-failures': 'is complete, with exceptions',
  cancelled: 'was cancelled',
  failed: 'failed',
};

/** What one line shows about a run or a series. */
export type Glance = Pick<RunProgress, 'run' | 'shardCount' | 'detail' | 'problem'> &
  Estimated & {
    /** AWS does not answer the workers. Omitted or null: unknown. */
    readonly outage?: Outage | null;
  };

type Shown = RunProgress & Pick<Glance, 'outage'>;

/** The archives of the vault are known. */
const isListed = ({ shardCount, archives }: Glance): boolean => shardCount > 0 || archives.total > 0;

/** The state of a run in one sentence, without the full stop. */
export function statusSentence(progress: Glance): string {
  const { run, state, archives, bytes } = progress;
  if (!isListed(progress)) return `${run} ${SENTENCE_OF_STATE[state]}`;
  const verified =
    `${formatCount(archives.verified)} of ${counted(archives.total, 'archive')} and ` +
    `${formatBytes(bytes.verified)} of ${formatBytes(bytes.total)} (${formatPercent(bytes.verified, bytes.total)})`;
  return `${run} ${SENTENCE_OF_STATE[state]}: ${verified} are verified`;
}

/** What the run waits for or does, or its problem, as part of a longer text. */
export const detailText = ({ detail, problem }: Pick<Glance, 'detail' | 'problem'>): string =>
  safeText((problem?.message ?? detail).replace(/\.$/, ''));

/** The outage of AWS as part of a longer text; '' if there is none. */
export const outageText = ({ outage }: Pick<Glance, 'outage'>, now: Date): string =>
  outage === null || outage === undefined ? '' : outageSentence(outage, now);

/** One line for a log: state, activity, throughput and estimated end. */
export const statusLine = (progress: Glance, throughput: Throughput, now: Date): string => {
  const outage = outageText(progress, now);
  // Throughput before an outage is no basis for an estimate.
  const outlook = outage === '' ? outlookSentence(progress, throughput, now) : '';
  const parts = [statusSentence(progress), outage, detailText(progress), throttleText(progress), outlook];
  return `${parts.filter((part) => part !== '').join('; ')}.`;
};

/** What only a person can fix, and how the run resumes then. */
function trouble({ problem, run }: RunProgress): readonly string[] {
  if (problem === null) return [];
  const resume = `glacier-transfer resume ${run}`;
  const next = STOPS_THE_RUN.has(problem.reason)
    ? `${run} resumes automatically once this is fixed. To retry now: ${resume}`
    : `To continue anyway: ${resume}`;
  return [safeText(problem.message), next, ''];
}

/** What cannot be fixed here, and what happens meanwhile. */
function outageLines(progress: Glance, now: Date): readonly string[] {
  const outage = outageText(progress, now);
  if (outage === '') return [];
  return [
    `${outage}.`,
    'The workers retry with exponential backoff and continue when AWS answers. If AWS is reachable from elsewhere, check ' +
      "the workers' network.",
    '',
  ];
}

/**
 * All that `status` says on a terminal.
 * @param webUi address of the run in Temporal's Web UI, null where it is not known
 */
export function renderStatus(progress: Shown, throughput: Throughput, now: Date, webUi: string | null): string {
  const facts = factLines(progress, throughput, now, webUi);
  const width = Math.max(...facts.map(([name]) => name.length));
  return [
    ...trouble(progress),
    ...outageLines(progress, now),
    `${statusSentence(progress)}.`,
    '',
    ...(isListed(progress) ? [...funnel(progress), ''] : []),
    ...facts.map(([name, value]) => `${name.padEnd(width)}  ${value}`),
  ].join('\n');
}

function funnel({ archives, bytes }: RunProgress): readonly string[] {
  const shown = [...ARCHIVE_STATES, 'total', ...(archives.excluded > 0 ? (['excluded'] as const) : [])] as const;
  return renderTable(
    [
      { title: '', align: 'left' },
      { title: 'archives', align: 'right' },
      { title: 'size', align: 'right' },
    ],
    shown.map((state) => [state, formatCount(archives[state]), formatBytes(bytes[state])]),
  );
}

/** Its date and, unless the clocks differ, its age. */
function inventoryText(date: string, now: Date): string {
  const ageMs = now.getTime() - Date.parse(date);
  return `of ${safeText(formatInstant(date))}${ageMs >= 0 ? `, ${formatAge(ageMs)}` : ''}`;
}

function factLines(
  progress: Shown,
  throughput: Throughput,
  now: Date,
  webUi: string | null,
): readonly (readonly [name: string, value: string])[] {
  const { startedAt, finishedAt, failures, run } = progress;
  const elapsed = formatDuration((finishedAt === null ? now : new Date(finishedAt)).getTime() - Date.parse(startedAt));
  const reasons = Object.entries(failures).map(([reason, count]) => `${formatCount(count)} ${safeText(reason)}`);
  return [
    ...(progress.detail === '' || progress.problem !== null
      ? []
      : [[isFinal(progress.state) ? 'Result' : 'Now', detailText(progress)] as const]),
    ...(progress.state === 'paused' ? [['Resume', `glacier-transfer resume ${run}`] as const] : []),
    ['Started', `${formatInstant(startedAt)} (${finishedAt === null ? `${elapsed} ago` : `took ${elapsed}`})`],
    ...(outageText(progress, now) === '' ? outlookFacts(progress, throughput, now) : []),
    ...(isFinal(progress.state) ? [] : rateLimitFacts(progress, outageText(progress, now) === '')),
    ...(progress.inventoryDate === null ? [] : [['Inventory', inventoryText(progress.inventoryDate, now)] as const]),
    ...(reasons.length === 0 ? [] : [['Failures', reasons.join(', ')] as const]),
    ...(progress.archives.failed + progress.archives.skipped === 0
      ? []
      : [
          [
            'List them',
            `glacier-transfer list ${run} --state ${progress.archives.failed > 0 ? 'failed' : 'skipped'}`,
          ] as const,
          ['Retry', `glacier-transfer retry ${run}`] as const,
        ]),
    ...(progress.quarantinedRows === 0
      ? []
      : [
          [
            'Unreadable',
            `${counted(progress.quarantinedRows, 'inventory row')}, see quarantine.jsonl in the records`,
          ] as const,
        ]),
    ['Objects', safeText(`s3://${progress.bucket}/${progress.prefix}`)],
    ['Records', safeText(progress.location)],
    ...(webUi === null ? [] : [['Web UI', webUi] as const]),
  ];
}
