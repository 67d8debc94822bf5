export { archive } from './archive';
export { shard } from './shard';
export { vaultTransfer } from './vault-transfer';
