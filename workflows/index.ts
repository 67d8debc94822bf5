export { archive } from './archive';
export { shard } from './shard';
export { vaultSeries } from './vault-series';
export { vaultTransfer } from './vault-transfer';
