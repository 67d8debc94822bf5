import { emptyTally } from '../src/domain/tally';
import type { RunProgress } from '../src/wire/progress';
import { runDetails } from './details';

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
  pace: { bytesPerDay: '1', requestsPerSecond: 100 },
  admittedBytes: '0',
  heldBy: null,
  failures: {},
  problem: null,
  throttle: null,
  location: 's3://films/.glacier-transfer/photos-1/',
};

test('nothing of a message acts as Markdown or HTML', () => {
  const detail = 'AWS said: **all good** [here](http://x) <img src=x> `code` | # | \\';
  const [firstLine] = runDetails({ ...progress, detail }).split('\n');
  expect(firstLine).toBe(
    '**transferring**: AWS said: \\*\\*all good\\*\\* \\[here\\](http://x) \\<img src=x\\> \\`code\\` \\| \\# \\| \\\\',
  );
});
