import type { SeriesProgress, SeriesVaultProgress } from '../../src/wire/series';
import { sampleProgress } from '../status/sample-progress';

const MIB = 1024 * 1024;

const vaultOf = (vault: string, change: Partial<SeriesVaultProgress>): SeriesVaultProgress => ({
  vault,
  run: `all-${vault}`,
  state: 'waiting',
  reason: null,
  message: null,
  tally: null,
  quarantinedRows: 0,
  ...change,
});

/** Three vaults for tests: one completed, one in progress, one not started. */
export function sampleSeries(change: Partial<SeriesProgress> = {}): SeriesProgress {
  const { archives, bytes } = sampleProgress();
  const size = String(1000 * MIB);
  const moved = {
    archives: { ...archives, requested: 0, ready: 0, moving: 0, verified: 10, failed: 0 },
    bytes: { ...bytes, requested: '0', ready: '0', moving: '0', verified: size, failed: '0' },
  };
  return {
    name: 'all',
    order: 'sequential',
    rateLimits: { bytesPerDay: String(1024 ** 4), requestsPerSecond: 100 },
    state: 'transferring',
    detail: '1 of 3 vaults done, 1 in progress',
    startedAt: '2026-11-23T10:00:00.000Z',
    finishedAt: null,
    vaults: [
      vaultOf('films', { state: 'completed', tally: moved }),
      vaultOf('photos', { state: 'running' }),
      vaultOf('texts', {}),
    ],
    ...change,
  };
}
