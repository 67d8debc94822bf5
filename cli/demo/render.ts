import { renderTable, counted, formatBytes, formatCount, safeText } from '../text/format';
import type { Comparison } from './compare';
import type { LeftOut } from './upload';

/** One step of the demo and how long it took. */
export interface Phase {
  readonly what: string;
  readonly archives: number;
  readonly bytes: number;
  readonly durationMs: number;
}

const MOST_NAMED = 10;

/** The demo's result: what was moved, how fast, and whether every byte came back. */
export function renderResult(phases: readonly Phase[], comparison: Comparison, leftOut: readonly LeftOut[]): string {
  const { equal, different, strangers, namesKept } = comparison;
  const all = equal + different.length;
  return [
    ...renderTable(
      [
        { title: '', align: 'left' },
        { title: 'archives', align: 'right' },
        { title: 'size', align: 'right' },
        { title: 'seconds', align: 'right' },
        { title: 'MB/s', align: 'right' },
      ],
      phases.map(phaseCells),
    ),
    '',
    `${formatCount(equal)} equal, ${formatCount(different.length)} different (SHA-256 of every object against its file)`,
    ...named(different),
    `${formatCount(namesKept)} of ${formatCount(all)} have their file's name as key`,
    ...(strangers.length === 0 ? [] : [`${counted(strangers.length, 'unexpected object')}:`, ...named(strangers)]),
    ...(leftOut.length === 0 ? [] : [`${counted(leftOut.length, 'file')} not uploaded:`]),
    ...named(leftOut.map(({ file, why }) => `${file.name}: ${why}`)),
  ].join('\n');
}

const phaseCells = ({ what, archives, bytes, durationMs }: Phase): readonly string[] => [
  what,
  formatCount(archives),
  formatBytes(bytes),
  (durationMs / 1000).toFixed(1),
  durationMs === 0 ? '' : (bytes / durationMs / 1000).toFixed(0),
];

const named = (lines: readonly string[]): readonly string[] => [
  ...lines.slice(0, MOST_NAMED).map((line) => `  ${safeText(line)}`),
  ...(lines.length > MOST_NAMED ? [`  and ${formatCount(lines.length - MOST_NAMED)} more`] : []),
];
