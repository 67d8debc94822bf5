/** `npm run test:faults -- --seed 7 --archives 10000 --kills 1000`: see docs/testing.md. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { startDevServer } from '../../src/temporal/dev-server';
import { loadDevSettings } from '../../src/temporal/dev-settings';
import { findExecutable } from '../../src/temporal/find-server';
import { rehearse } from './rehearsal';
import { reportLines } from './report';

const USAGE = 2;

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  console.error(`--${name} takes a whole number, not ${JSON.stringify(text)}.`);
  process.exit(USAGE);
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: String(randomInt(2 ** 31)) },
      archives: { type: 'string', default: '500' },
      kills: { type: 'string', default: '25' },
    },
  });
  const archives = wholeNumber('archives', values.archives);
  const kills = wholeNumber('kills', values.kills);
  console.log(`seed ${values.seed}`);
  const executable = await findExecutable((line) => console.error(line));
  const settings = loadDevSettings();
  const server = await startDevServer({ executable, settings, port: 0, databaseFile: null, headless: true });
  process.env['TEMPORAL_ADDRESS'] = server.address;
  try {
    const rehearsed = await rehearse({ seed: values.seed, archives, kills });
    console.log(reportLines(rehearsed).join('\n'));
    process.exitCode = rehearsed.violations.length === 0 ? 0 : 1;
  } finally {
    await server.stop();
  }
}

void main();
