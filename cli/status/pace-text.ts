import type { RunProgress, Throttle } from '../../src/wire/progress';
import type { RunPace } from '../../src/wire/request';
import { counted, formatBytes, formatCount, formatDuration } from '../text/format';
import type { Pace } from './pace';

/** Rate and remaining time as people say them; '' as long as nothing is known. */
export function paceSentence({ bytesPerSecond, remainingMs }: Pace): string {
  if (bytesPerSecond === null) return '';
  const rate = `${formatBytes(Math.round(bytesPerSecond))}/s`;
  return remainingMs === null || remainingMs === 0 ? rate : `${rate}, about ${formatDuration(remainingMs)} left`;
}

/** How fast a run may ask Glacier: `20.0 TiB a day, 100 requests/s`. */
export const limitsText = ({ bytesPerDay, requestsPerSecond }: RunPace): string =>
  `${formatBytes(bytesPerDay)} a day, ${formatCount(requestsPerSecond)} requests/s`;

export const throttledRate = ({ requestsPerSecond }: Throttle): string =>
  `${Number(requestsPerSecond.toFixed(1))} requests/s`;

/** A throttle is a state, not an error; '' without one. */
export const throttleText = ({ throttle }: Pick<RunProgress, 'throttle'>): string =>
  throttle === null ? '' : `throttled by Glacier: ${throttledRate(throttle)} now`;

/**
 * How fast an open run may ask Glacier, what keeps it from asking for more, and where it asks out of order.
 * @param isAnswered false in an outage, which keeps it from asking before any limit does
 */
export function paceFacts(
  progress: RunProgress,
  isAnswered = true,
): readonly (readonly [name: string, value: string])[] {
  const limits = isAnswered ? [throttleText(progress), brakeText(progress)] : [];
  const requests = limits.filter((part) => part !== '').join('; ');
  return [
    ['Pace', limitsText(progress.pace)],
    ...(requests === '' ? [] : [['Requests', requests] as const]),
    ...(progress.gaps === 0 ? [] : [['Warning', gapsText(progress.gaps)] as const]),
  ];
}

/** What keeps a run from requesting more; '' when nothing does. */
function brakeText({ heldBy, throttle, archives, bytes }: RunProgress): string {
  switch (heldBy) {
    case null:
      return '';
    case 'bytesPerDay':
      return 'wait for the bytes per day';
    case 'requestsPerSecond':
      return throttle === null ? 'limited by the requests per second' : '';
    case 'window': {
      const onTheWay = BigInt(bytes.requested) + BigInt(bytes.ready) + BigInt(bytes.moving);
      const inArchives = counted(archives.requested + archives.ready + archives.moving, 'archive');
      return `wait until more is fetched: ${formatBytes(onTheWay)} in ${inArchives} are on their way`;
    }
    case 'gate':
      return 'wait until the run goes on';
    default:
      return heldBy satisfies never;
  }
}

const gapsText = (gaps: number): string =>
  `the filter leaves ${counted(gaps, 'gap')} in the order of creation, and each counts as a random retrieval. Glacier ` +
  'takes 35 of them a day for each PiB stored: it may throttle this run';
