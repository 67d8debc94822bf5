import { emptyTally } from '../../src/domain/tally';
import { averageThroughput } from './throughput';
import { statusRecord } from './record';
import { renderStatus, statusLine } from './render';
import { sampleProgress } from './sample-progress';

const now = new Date('2026-11-23T10:00:40Z');

test('a run in the middle of its work', () => {
  const progress = sampleProgress();
  expect(renderStatus(progress, averageThroughput(progress, now), now, 'http://127.0.0.1:8233/x')).toBe(
    `photos-1 is moving archives: 4 of 10 archives and 400.0 MiB of 1000.0 MiB (40 %) are verified.

           archives        size
waiting           0         0 B
requested         3   300.0 MiB
ready             1   100.0 MiB
moving            1   100.0 MiB
verified          4   400.0 MiB
failed            1   100.0 MiB
skipped           0         0 B
total            10  1000.0 MiB

Now          1 archive is being copied, 3 wait for Glacier
Started      2026-11-23 10:00:00 UTC (40 s ago)
Throughput   10.0 MiB/s
Done         in 5 to 12 hours: 2026-11-23 15:00 to 22:01 UTC; limited by Glacier's retrieval time (Bulk: 5 to 12 hours)
Rate limits  100.0 TiB a day, 100 requests/s
Inventory    of 2026-11-22 08:00:00 UTC, 26 hours old
Failures     1 KeyTaken
List them    glacier-transfer list photos-1 --state failed
Retry        glacier-transfer retry photos-1
Objects      s3://my-bucket/photos/
Records      s3://my-bucket/.glacier-transfer/photos-1/
Web UI       http://127.0.0.1:8233/x`,
  );
});

test('before the inventory there are no figures to tell', () => {
  const progress = sampleProgress({
    ...emptyTally(),
    state: 'inventory',
    shardCount: 0,
    openShards: [],
    failures: {},
    inventoryDate: null,
    detail: 'Glacier takes about 4 hours to list the vault.',
  });
  expect(statusLine(progress, averageThroughput(progress, now), now)).toBe(
    'photos-1 is waiting for the inventory of the vault; Glacier takes about 4 hours to list the vault.',
  );
});

test.each([
  ['2026-11-20T09:00:00Z', 'of 2026-11-20 09:00:00 UTC, 3 days old'],
  // The sandbox's clock may run ahead.
  ['2026-11-24T00:00:00Z', 'of 2026-11-24 00:00:00 UTC'],
  ['\u001b[31mnever', 'of \ufffd[31mnever'],
])('the inventory of %j is told with its age', (inventoryDate, text) => {
  const progress = sampleProgress({ inventoryDate });
  const lines = renderStatus(progress, averageThroughput(progress, now), now, null).split('\n');
  expect(lines.find((line) => line.startsWith('Inventory'))?.slice(13)).toBe(text);
});

test('what the filter left out and what could not be read is said apart', () => {
  const sample = sampleProgress();
  const progress = sampleProgress({ archives: { ...sample.archives, excluded: 7 }, quarantinedRows: 2 });
  const text = renderStatus(progress, averageThroughput(progress, now), now, null);
  expect(text).toMatch(/^excluded +7 +0 B$/m);
  expect(text).toMatch(/^Unreadable +2 inventory rows, see quarantine.jsonl in the records$/m);
  expect(text).not.toContain('Web UI');
});

test('what only a person can mend comes first, with what happens then', () => {
  const problem = { reason: 'AccessDenied', message: 'AWS refuses s3:PutObject: allow it for this role.' } as const;
  const progress = sampleProgress({ state: 'attention', problem });
  const pace = averageThroughput(progress, now);
  const [sentence, next, , state] = renderStatus(progress, pace, now, null).split('\n');
  expect([sentence, next]).toEqual([
    'AWS refuses s3:PutObject: allow it for this role.',
    'photos-1 resumes automatically once this is fixed. To retry now: glacier-transfer resume photos-1',
  ]);
  expect(state).toMatch(/^photos-1 needs attention: 4 of 10 archives/);
  expect(statusLine(progress, pace, now)).toMatch(/^photos-1 needs attention: .*; AWS refuses s3:PutObject: allow it/);
  expect(statusRecord(progress, pace, now)).toMatchObject({ state: 'attention', problem });
});

test('a run stopped by too many failures names the command that continues it', () => {
  const problem = { reason: 'TooManyFailures', message: '700 of 1,000 archives failed: KeyTaken.' } as const;
  const text = renderStatus(
    sampleProgress({ state: 'attention', problem }),
    averageThroughput(sampleProgress(), now),
    now,
    null,
  );
  expect(text.split('\n')[1]).toBe('To continue anyway: glacier-transfer resume photos-1');
});

test('status of a paused run names the command that resumes it', () => {
  const progress = sampleProgress({ state: 'paused' });
  const text = renderStatus(progress, averageThroughput(progress, now), now, null);
  expect(text).toMatch(/^photos-1 is paused: /);
  expect(text).toMatch(/^Resume +glacier-transfer resume photos-1$/m);
});

test('a throttle is a state, not an error', () => {
  const progress = sampleProgress({ throttle: { requestsPerSecond: 2.54 } });
  const pace = averageThroughput(progress, now);
  expect(renderStatus(progress, pace, now, null)).toMatch(/^Requests +throttled by Glacier: 2\.5 requests\/s now$/m);
  expect(statusLine(progress, pace, now)).toContain(
    '; throttled by Glacier: 2.5 requests/s now; 10.0 MiB/s, done in 5 to 12 hours (Glacier).',
  );
  expect(statusRecord(progress, pace, now).throttle).toEqual({ requests_per_second: 2.54 });
});

test('text from outside is made harmless', () => {
  const hostile = sampleProgress({ detail: '\u001b[2Jgone', failures: { 'x\u0007': 1 } });
  expect(renderStatus(hostile, averageThroughput(hostile, now), now, null)).not.toMatch(/(?!\n)\p{Cc}/u);
});

describe('an outage of AWS', () => {
  const outage = {
    since: '2026-11-23T09:58:07.000Z',
    message: 'connection refused (Amazon S3)',
    kind: 'silent',
  } as const;
  const progress = { ...sampleProgress({ limitedBy: 'requestsPerSecond' }), outage };
  const now = new Date('2026-11-23T10:00:40Z');
  const pace = averageThroughput(progress, now);

  test('comes first, and nothing is said that it has made untrue', () => {
    const text = renderStatus(progress, pace, now, null);
    expect(text).toMatch(
      /^AWS has not answered since 09:58 UTC: connection refused \(Amazon S3\)\.\nThe workers retry/,
    );
    expect(text).not.toMatch(/^(Requests|Throughput|Done) /m);
  });

  test('is in the line of a log, without an estimate', () => {
    const line = statusLine(progress, pace, now);
    expect(line).toContain('AWS has not answered since 09:58 UTC: connection refused (Amazon S3);');
    expect(line).not.toContain('done in');
  });

  test('is a field for programs', () => {
    const { since, message } = outage;
    expect(statusRecord(progress, pace, now).outage).toEqual({ since, message });
  });
});

test('the record for programs', () => {
  const progress = sampleProgress();
  const record = statusRecord(progress, averageThroughput(progress, now), now);
  expect(JSON.parse(JSON.stringify(record))).toEqual({
    message_type: 'status',
    run: 'photos-1',
    vault: 'photos',
    bucket: 'my-bucket',
    prefix: 'photos/',
    state: 'transferring',
    detail: '1 archive is being copied, 3 wait for Glacier.',
    problem: null,
    throttle: null,
    archives: {
      total: 10,
      waiting: 0,
      requested: 3,
      ready: 1,
      moving: 1,
      verified: 4,
      failed: 1,
      skipped: 0,
      excluded: 0,
    },
    bytes: {
      total: '1048576000',
      waiting: '0',
      requested: '314572800',
      ready: '104857600',
      moving: '104857600',
      verified: '419430400',
      failed: '104857600',
      skipped: '0',
      excluded: '0',
    },
    failures: { KeyTaken: 1 },
    quarantined_rows: 0,
    inventory_date: '2026-11-22T08:00:00.000Z',
    gaps: 0,
    shard_count: 1,
    open_shards: 1,
    outage: null,
    started_at: '2026-11-23T10:00:00.000Z',
    finished_at: null,
    bytes_per_second: 10_485_760,
    remaining_seconds: 50,
    eta: { earliest: '2026-11-23T15:00:00.000Z', latest: '2026-11-23T22:01:30.000Z', bound_by: 'glacier' },
    rate_limits: { bytes_per_day: '109951162777600', requests_per_second: 100 },
    limited_by: null,
    admitted_bytes: '1048576000',
    location: 's3://my-bucket/.glacier-transfer/photos-1/',
  });
});

test('status of an ended run omits its rate limits when no worker answers', () => {
  const pace = { bytesPerDay: '0', requestsPerSecond: 0 };
  const progress = sampleProgress({ state: 'completed', rateLimits: pace, admittedBytes: '0', tier: null });
  const record = statusRecord(progress, averageThroughput(progress, now), now);
  expect(record).toMatchObject({ rate_limits: null, admitted_bytes: null, eta: null });
  expect(renderStatus(progress, averageThroughput(progress, now), now, null)).not.toMatch(/^(Pace|Done)/m);
});
