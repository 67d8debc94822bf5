/** `npm run test:corruption -- --seed 1 --injections 10000`: see docs/testing.md. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startActivityBench } from '../support/activity-bench';
import { corrupt } from './corruption';
import { wholeNumber } from './whole-numbers';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(randomInt(2 ** 31)) },
    injections: { type: 'string', default: '10000' },
  },
});
const seed = wholeNumber('seed', values.seed);
const injections = wholeNumber('injections', values.injections);

async function main(): Promise<void> {
  console.log(`seed                 ${seed}`);
  const startedMs = Date.now();
  const bench = await startActivityBench();
  try {
    const { corrupted, found, verified, rejected, accepted } = await corrupt(bench, seed, injections);
    console.log(`corrupted responses  ${corrupted}`);
    console.log(`found                ${found}`);
    console.log(`archives             ${verified} verified, ${rejected} rejected`);
    console.log(`accepted corruptions ${accepted.length}`);
    console.log(`time                 ${((Date.now() - startedMs) / 1_000).toFixed(0)} s`);
    for (const sentence of accepted) console.log(`VIOLATION ${sentence}`);
    if (accepted.length > 0 || found !== corrupted) process.exitCode = 1;
  } finally {
    await bench.close();
  }
}

void main();
