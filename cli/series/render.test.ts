import type { SeriesSummary, SeriesVaultProgress } from '../../src/wire/series';
import { ExitCode } from '../exit-codes';
import { sampleProgress } from '../status/sample-progress';
import { seriesRecord, exitCodeOfSeries, renderSeries, seriesShortfall } from './render';
import { sampleSeries } from './sample-series';
import { runsToAsk, seriesThroughput, seriesStatus } from './status';

const now = new Date('2026-11-23T10:00:40Z');
const photos = sampleProgress({ run: 'all-photos' });
const render = (status: ReturnType<typeof seriesStatus>): string =>
  renderSeries(status, seriesThroughput(status, now), now, null);

test('status of a series combines the progress of its open runs', () => {
  expect(render(seriesStatus(sampleSeries(), new Map([['all-photos', photos]])))).toBe(
    `all is moving archives: 14 of 20 archives and 1.4 GiB of 2.0 GiB (70 %) are verified.

vault   run         state         verified  of archives    verified     of size
films   all-films   completed           10           10  1000.0 MiB  1000.0 MiB
photos  all-photos  transferring         4           10   400.0 MiB  1000.0 MiB
texts   all-texts   waiting
total                                   14           20     1.4 GiB     2.0 GiB

Now          1 of 3 vaults done, 1 in progress
Order        sequentially
Rate limits  1.0 TiB a day, 100 requests/s, in total
Started      2026-11-23 10:00:00 UTC (40 s ago)
Throughput   35.0 MiB/s
Next         glacier-transfer status all --watch`,
  );
});

test('runs that go on, or may have been retried, are asked; where they say nothing, the series does', () => {
  expect(runsToAsk(sampleSeries())).toEqual(['all-photos']);
  const [, unheard] = seriesStatus(sampleSeries(), new Map()).vaults;
  expect(unheard).toMatchObject({ state: 'transferring', tally: null });
});

test('one run that needs attention makes the series need one, and is named', () => {
  const problem = { reason: 'AccessDenied', message: 'allow s3:PutObject\u0007' } as const;
  const stopped = sampleProgress({ run: 'all-photos', state: 'attention', problem });
  const status = seriesStatus(sampleSeries(), new Map([['all-photos', stopped]]));
  expect(render(status)).toMatch(/^all needs attention: [^]*^Now +allow s3:PutObject\uFFFD$[^]*status all-photos$/m);
  expect(seriesRecord(status, seriesThroughput(status, now))).toMatchObject({
    message_type: 'series',
    series: 'all',
    state: 'attention',
    problem,
    remaining_seconds: null,
    vaults: [{ vault: 'films' }, { run: 'all-photos', state: 'attention', archives: { verified: 4 } }, {}],
  });
});

test('the next command follows from the state', () => {
  const none = new Map();
  expect(render(seriesStatus(sampleSeries({ state: 'paused' }), none))).toMatch(/^Next +.*resume all$/m);
  const [films] = sampleSeries().vaults as [SeriesVaultProgress];
  expect(render(seriesStatus(sampleSeries({ state: 'completed', vaults: [films] }), none))).toMatch(
    /verify all-films$/,
  );
  const cancelled = { ...films, state: 'cancelled' } as const;
  expect(render(seriesStatus(sampleSeries({ state: 'cancelled', vaults: [cancelled] }), none))).toMatch(
    /retry all-films$/,
  );
});

describe('how a series counts that has ended', () => {
  const [whole] = sampleSeries().vaults as [SeriesVaultProgress];
  const failed: SeriesVaultProgress = {
    ...whole,
    run: 'all-x',
    state: 'failed',
    tally: null,
    reason: 'InvalidRequest',
    message: 'no such vault',
  };
  const summary = (...vaults: readonly SeriesVaultProgress[]): SeriesSummary => ({
    ...sampleSeries({ vaults }),
    archives: sampleProgress().archives,
    bytes: sampleProgress().bytes,
  });

  test.each([
    ['all moved', [whole], ExitCode.Ok],
    ['some failed', [whole, failed], ExitCode.SomeNotMoved],
    ['some archives failed', [{ ...whole, state: 'completed-with-failures' as const }], ExitCode.SomeNotMoved],
    ['some rows unreadable', [{ ...whole, quarantinedRows: 1 }], ExitCode.SomeNotMoved],
    ['none began', [failed, failed], ExitCode.Configuration],
    ['all cancelled one by one', [{ ...failed, state: 'cancelled' as const }], ExitCode.Error],
  ])('%s', (_, vaults, exitCode) => {
    expect(exitCodeOfSeries(summary(...vaults))).toBe(exitCode);
  });

  test('and what is said of it', () => {
    expect(seriesShortfall(summary(whole, failed))).toBe(
      'Of 2 vaults, 1 is not moved completely: see glacier-transfer status all-x (no such vault), ' +
        'then glacier-transfer retry all-x.',
    );
  });
});
