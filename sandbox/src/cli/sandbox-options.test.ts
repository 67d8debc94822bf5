import { resolve } from 'node:path';
import { Command } from 'commander';
import { SettingsError } from '../settings-error';
import { addSandboxOptions, parseSandboxOptions } from './sandbox-options';

const parse = (...args: readonly string[]) => {
  const command = addSandboxOptions(new Command().exitOverride());
  return parseSandboxOptions(command.parse(args, { from: 'user' }).opts(), ['kept/']);
};

test('the defaults of the options are those of startSandbox', () => {
  expect(parse('--data', 'aws')).toEqual({
    dataDir: resolve('aws'),
    port: 0,
    clockRate: 1,
    inventory: 'fresh',
    treeHashHeader: 'guide',
  });
});

test('every option becomes a setting of the sandbox', () => {
  const args = ['--data', '/aws', '--port', '65535', '--clock', '3600', '--delays', 'aws', '--inventory', 'Daily'];
  args.push('--delay', 'bulk=250ms', '--delay', 'inventory=1.5m', '--delay', 'standard=48h');
  args.push('--tree-hash-header', 'model', '--discard-bodies', '--credentials', '/keys', '--faults', '/faults');
  expect(parse(...args)).toEqual({
    dataDir: '/aws',
    port: 65_535,
    clockRate: 3_600,
    delays: 'aws',
    delaysMs: { bulk: 250, inventory: 90_000, standard: 172_800_000 },
    inventory: 'daily',
    treeHashHeader: 'model',
    discardBodies: { keepPrefixes: ['kept/'] },
    credentialsFile: '/keys',
    faultsFile: '/faults',
  });
});

test.each([
  [[], "Required option '--data <dir>' not specified"],
  [['--port', '65536'], '"65536" is not a valid value for --port: give a whole number from 0 to 65535'],
  [['--clock', '0'], '"0" is not a valid value for --clock: give a whole number from 1 to 100000'],
  [['--clock', '1e1'], '"1e1" is not a valid value for --clock'],
  [['--delays', 'gcp'], '"gcp" is not a valid value for --delays: choose one of aws'],
  [['--delay', 'bulk'], '"bulk" is not a valid value for --delay: write it as bulk=250ms'],
  [['--delay', 'bulk=5=s'], '"bulk=5=s" is not a valid value for --delay'],
  [['--delay', 'bulk=49h'], '"bulk=49h" is not a valid value for --delay'],
  [['--delay', 'slow=5s'], '"slow" is not a valid value for --delay: choose one of bulk, standard'],
  [['--inventory', 'weekly\u001b'], '"weekly\\u001b" is not a valid value for --inventory: choose one of fresh, daily'],
  [
    ['--tree-hash-header', 'always'],
    '"always" is not a valid value for --tree-hash-header: choose one of guide, model',
  ],
])('the sandbox options %j are rejected: %s', (args, sentence) => {
  const parsing = (): unknown => parse(...(args.length === 0 ? [] : ['--data', 'aws']), ...args);
  expect(parsing).toThrow(sentence);
  expect(parsing).toThrow(SettingsError);
});
