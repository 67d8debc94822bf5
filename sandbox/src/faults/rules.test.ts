import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ArmedRule, type Facts } from './armed-rule';
import { loadFaultScript, FAULT_NAMES, faultScript, type Rule } from './rules';

function armed(rule: object, seed = 1, position = 1): ArmedRule {
  const [parsed] = faultScript.parse({ rules: [{ fault: 'lose-reply', on: 'glacier:GetJobOutput', ...rule }] }).rules;
  return new ArmedRule(parsed as Rule, seed, position);
}

/** Which of the first occurrences get the fault, counted from 1. */
function injectedInto(rule: ArmedRule, occurrences = 12, facts: Facts = {}): number[] {
  const numbers = Array.from({ length: occurrences }, (_, index) => index + 1);
  return numbers.filter(() => rule.applies('glacier:GetJobOutput', facts));
}

test.each([
  [{}, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
  [{ at: [2, 5] }, [2, 5]],
  [{ every: 4 }, [4, 8, 12]],
  [{ times: 2 }, [1, 2]],
  [{ every: 3, times: 2 }, [3, 6]],
  [{ probability: 1 }, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
])('the rule %j injects its fault into occurrences %j', (selection, expected) => {
  expect(injectedInto(armed(selection))).toEqual(expected);
});

test('a probability injects into its share of occurrences, the same ones for one seed', () => {
  const matching = injectedInto(armed({ probability: 0.1 }, 5), 10_000);
  expect(matching.length).toBeGreaterThan(900);
  expect(matching.length).toBeLessThan(1100);
  expect(injectedInto(armed({ probability: 0.1 }, 5), 10_000)).toEqual(matching);
  expect(injectedInto(armed({ probability: 0.1 }, 6), 10_000)).not.toEqual(matching);
  expect(injectedInto(armed({ probability: 0.1 }, 5, 2), 10_000)).not.toEqual(matching);
});

test.each([
  ['glacier:GetJobOutput', true],
  ['glacier:*', true],
  ['*:*', true],
  ['*:Get*', true],
  ['glacier:Get', false],
  ['s3:GetJobOutput', false],
])('a rule on %s matches glacier:GetJobOutput: %j', (on, expected) => {
  expect(armed({ on }).applies('glacier:GetJobOutput', {})).toBe(expected);
});

test.each([
  [{ vault: 'photos' }, true],
  [{ vault: 'pho*' }, true],
  [{ vault: 'photos', partNumber: 2 }, true],
  [{ vault: 'ph.tos' }, false],
  [{ vault: 'photos', partNumber: 3 }, false],
  [{ key: '*.mov' }, false],
])('a rule where %j matches: %j', (where, expected) => {
  expect(armed({ where }).applies('glacier:GetJobOutput', { vault: 'photos', partNumber: 2 })).toBe(expected);
});

test('occurrences that do not match are not counted', () => {
  const rule = armed({ where: { vault: 'photos' }, at: [2] });
  const vaults = ['photos', 'others', 'others', 'photos'];
  expect(vaults.map((vault) => rule.applies('glacier:GetJobOutput', { vault }))).toEqual([false, false, false, true]);
  expect(rule).toMatchObject({ matched: 2, injected: 1 });
});

test.each([
  [{ fault: 'earthquake', on: 's3:*' }, 'fault'],
  [{ fault: 'error', on: 's3:*' }, 'code'],
  [{ fault: 'error', code: 'SlowDown' }, 'on'],
  [{ fault: 'error', code: 'SlowDown', on: 'PutObject' }, 's3:*'],
  [{ fault: 'lose-reply', on: 's3:*', probability: 2 }, 'probability'],
  [{ fault: 'lose-reply', on: 's3:*', at: [0] }, 'at'],
  [{ fault: 'notification-late', by: 'soon' }, 'is not a valid duration'],
  [{ fault: 'truncate', on: 's3:*', afterBytes: 5, contentLength: 'gone' }, 'contentLength'],
  [{ fault: 'lose-reply', on: 's3:*', perhaps: true }, 'perhaps'],
])('the fault rule %j is rejected, naming %s', (rule, named) => {
  expect(() => faultScript.parse({ rules: [rule] })).toThrow(named);
});

test('there are 20 fault names', () => {
  expect(new Set(FAULT_NAMES).size).toBe(20);
});

test('examples/faults.yaml is valid and uses every fault', async () => {
  const { rules } = await loadFaultScript(join(__dirname, '../../examples/faults.yaml'));
  expect(new Set(rules.map(({ fault }) => fault))).toEqual(new Set(FAULT_NAMES));
});

test('an invalid fault file reports every problem', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'faults-'));
  const file = join(folder, 'faults.yaml');
  writeFileSync(file, 'rules:\n  - { fault: reset }\n  - { fault: job-expires, after: soon }\n');
  await expect(loadFaultScript(file)).rejects.toThrow(
    /rules\.0\.on: [^]*rules\.1\.after: "soon" is not a valid duration/,
  );
  writeFileSync(file, 'rules: [');
  await expect(loadFaultScript(file)).rejects.toThrow(`${file} cannot be used:`);
  await expect(loadFaultScript(join(folder, 'none'))).rejects.toThrow('no such file');
  rmSync(folder, { recursive: true });
});
