import type { TransferSummary } from '../../src/wire/progress';
import { sampleProgress } from './sample-progress';
import { shortfall } from './watch-run';

const summary = (change: Partial<TransferSummary>): TransferSummary => ({
  ...sampleProgress({ state: 'completed-with-failures' }),
  finishedAt: '2026-11-23T11:00:00.000Z',
  ...change,
});
const { archives } = sampleProgress();
const none = { ...archives, failed: 0, skipped: 0 };

test('the shortfall of a run names its failed archives and the retry command', () => {
  expect(shortfall(summary({ quarantinedRows: 1 }))).toBe(
    'Of 10 archives, 1 failed and 0 were skipped: see glacier-transfer list photos-1 --state failed, ' +
      'then glacier-transfer retry photos-1. 1 inventory row could not be parsed.',
  );
});

test('where only rows of the inventory could not be read, no archive is said not to have been moved', () => {
  expect(shortfall(summary({ archives: none, quarantinedRows: 2 }))).toBe(
    'Every archive is verified, but 2 inventory rows could not be parsed: ' +
      'see s3://my-bucket/.glacier-transfer/photos-1/quarantine.jsonl.',
  );
});

test('a run that was cancelled before it had any archives', () => {
  expect(shortfall(summary({ archives: none, state: 'cancelled' }))).toBe('The run photos-1 is cancelled.');
});
