import { cpus, loadavg, totalmem } from 'node:os';

/** Where figures were measured, and what else the machine had to do when the benchmark began. */
export const machine = () => ({
  date: new Date().toISOString().slice(0, 10),
  cores: cpus().length,
  cpu: cpus()[0]?.model ?? '',
  memoryGiB: Math.round(totalmem() / 1024 ** 3),
  node: process.version,
  loadBefore: rounded(loadavg()[0] ?? 0),
});

export const rounded = (value: number): number => Math.round(value * 100) / 100;
