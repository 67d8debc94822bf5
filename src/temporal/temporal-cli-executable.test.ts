import {
  findServer,
  firstThatWorks,
  type Outcome,
  type Way,
  unsuitableVersion,
  whyUnusable,
} from './temporal-cli-executable';

test.each([
  ['temporal version 1.9.1 (Server 1.32.0, UI 2.54.1)', null],
  ['temporal version 1.5.0-rc', null],
  ['temporal version 2.0.0', null],
  ['temporal version 1.4.9', 'version 1.4 is too old, 1.5 or later is needed'],
  ['temporal version 0.13.2', 'version 0.13 is too old, 1.5 or later is needed'],
  ['v20.20.2', 'not the Temporal CLI'],
])('the output of --version %j is judged', (output, problem) => {
  expect(unsuitableVersion(output)).toBe(problem);
});

test('a program that is missing, or something else', async () => {
  await expect(whyUnusable('/nowhere/temporal')).resolves.toBe('not found');
  await expect(whyUnusable(process.execPath)).resolves.toBe('not the Temporal CLI');
  await expect(whyUnusable('/bin/false')).resolves.toContain('Command failed');
});

const way = (title: string, find: () => Promise<Outcome<string>>): Way<string> => ({
  title,
  advice: `advice for ${title}`,
  find,
});
const lacks = (title: string, reason: string): Way<string> => way(title, async () => ({ reason }));

test('the first way that works ends the search', async () => {
  const tried: string[] = [];
  const record = (title: string, outcome: Outcome<string>): Way<string> =>
    way(title, async () => {
      tried.push(title);
      return outcome;
    });
  const ways = [record('a', { reason: 'no' }), record('b', { found: 'server' }), record('c', { found: 'other' })];
  await expect(firstThatWorks(ways, () => undefined)).resolves.toBe('server');
  expect(tried).toEqual(['a', 'b']);
});

test('when none works, one message lists each way, its reason and what to do', async () => {
  await expect(firstThatWorks([lacks('PATH', 'not found'), lacks('PyPI', 'no pip')], () => undefined)).rejects.toThrow(
    [
      'No Temporal server was found. What was tried, and what you can do (any one is enough):',
      '  1. PATH: not found.',
      '     advice for PATH',
      '  2. PyPI: no pip.',
      '     advice for PyPI',
    ].join('\n'),
  );
});

test('progress goes to the caller', async () => {
  const lines: string[] = [];
  const talkative: Way<string> = {
    ...lacks('a', 'no'),
    async find(say) {
      say('Downloading ...');
      return { found: 'x' };
    },
  };
  await firstThatWorks([talkative], (line) => lines.push(line));
  expect(lines).toEqual(['Downloading ...']);
});

test('a configured address wins, and nothing is downloaded', async () => {
  process.env['TEMPORAL_ADDRESS'] = 'temporal.example:7233';
  const lines: string[] = [];
  await expect(findServer((line) => lines.push(line))).resolves.toEqual({
    kind: 'address',
    address: 'temporal.example:7233',
  });
  expect(lines).toEqual([]);
});

test('a profile that cannot be read is an error, and no reason to start another server', async () => {
  delete process.env['TEMPORAL_ADDRESS'];
  process.env['TEMPORAL_PROFILE'] = 'production';
  await expect(findServer(() => undefined)).rejects.toThrow(/profile cannot be used: .*'production' not found/);
});
