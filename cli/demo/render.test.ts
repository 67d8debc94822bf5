import { generatedFile } from './generated-files';
import { renderResult } from './render';

const phases = [
  { what: 'files to the vault', archives: 318, bytes: 550_000_000, durationMs: 2_000 },
  { what: 'vault to the bucket', archives: 318, bytes: 550_000_000, durationMs: 10_500 },
];

test('everything came back', () => {
  const comparison = { equal: 318, namesKept: 317, different: [], strangers: [] };
  expect(renderResult(phases, comparison, [])).toBe(
    `                     archives       size  seconds  MB/s
files to the vault        318  524.5 MiB      2.0   275
vault to the bucket       318  524.5 MiB     10.5    52

318 equal, 0 different (SHA-256 of every object against its file)
317 of 318 have their file's name as key`,
  );
});

test('the demo lists what went wrong as safe text, up to a limit', () => {
  const comparison = {
    equal: 1,
    namesKept: 0,
    different: Array.from({ length: 12 }, (_, number) => `\u001b${number}: other bytes`),
    strangers: ['who'],
  };
  const text = renderResult(phases, comparison, [{ file: generatedFile('empty', 0), why: 'no' }]);
  expect(text).toContain('1 equal, 12 different');
  expect(text).toContain('\n  \uFFFD9: other bytes\n  and 2 more\n');
  expect(text).toContain('\n1 unexpected object:\n  who\n1 file not uploaded:\n  empty: no');
});
