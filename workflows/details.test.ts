import { emptyTally } from '../src/domain/tally';
import type { RunProgress } from '../src/wire/progress';
import type { SeriesVaultProgress } from '../src/wire/series';
import { runDetails, seriesDetails } from './details';

const progress: RunProgress = {
  ...emptyTally(),
  run: 'photos-1',
  vault: 'photos',
  bucket: 'films',
  bucketOwner: null,
  prefix: '',
  state: 'transferring',
  detail: '',
  startedAt: '2026-11-23T10:00:00Z',
  finishedAt: null,
  shardCount: 1,
  openShards: [0],
  quarantinedRows: 0,
  inventoryDate: null,
  gaps: 0,
  tier: 'Bulk',
  lastHourBytes: null,
  rateLimits: { bytesPerDay: '1', requestsPerSecond: 100 },
  admittedBytes: '0',
  limitedBy: null,
  failures: {},
  problem: null,
  throttle: null,
  location: 's3://films/.glacier-transfer/photos-1/',
};

test('messages are escaped in Markdown and HTML', () => {
  const detail = 'AWS said: **all good** [here](http://x) <img src=x> `code` | # | \\';
  const [firstLine] = runDetails({ ...progress, detail }).split('\n');
  expect(firstLine).toBe(
    '**transferring**: AWS said: \\*\\*all good\\*\\* \\[here\\](http://x) \\<img src=x\\> \\`code\\` \\| \\# \\| \\\\',
  );
});

test('details of a series list at most 100 vaults', () => {
  const vaults = Array.from({ length: 103 }, (_, number): SeriesVaultProgress => {
    const row = { vault: `v${number}`, run: `all-v${number}`, reason: null, message: null, quarantinedRows: 0 };
    return { ...row, state: number === 0 ? 'completed' : 'waiting', tally: number === 0 ? emptyTally() : null };
  });
  const { rateLimits, startedAt, finishedAt } = progress;
  const times = { startedAt, finishedAt };
  const series = { name: 'all', order: 'parallel', rateLimits, state: 'transferring', detail: '', vaults } as const;
  const lines = seriesDetails({ ...series, ...times }).split('\n');
  expect(lines).toContain('v0      all-v0  completed    0 of 0');
  expect(lines.at(-1)).toBe('And 3 more vaults: see the query `progress`.');
});
