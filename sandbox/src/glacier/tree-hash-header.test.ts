import { MIB } from './tree-hash';
import { leavesOfHeader } from './tree-hash-header';

/** An archive of 6.5 MiB; ranges in MiB, from and to, `to` excluded. */
const SIZE_BYTES = 6.5 * MIB;
const range = ([from, to]: readonly [number, number]) => ({ start: from * MIB, end: to * MIB - 1 });
const WHOLE = [0, 6.5] as const;
const BYTE = 1 / MIB;

test.each([
  // the job's range, the requested one, and the leaves that each rule hashes
  [WHOLE, WHOLE, [0, 7], [0, 7]],
  [WHOLE, [1, 2], [1, 2], [1, 2]],
  [WHOLE, [1, 3], null, [1, 3]],
  [WHOLE, [5, 6.5], null, [5, 7]],
  [WHOLE, [4, 6.5], [4, 7], [4, 7]],
  [WHOLE, [0, 0.5], null, null],
  [WHOLE, [BYTE, 1], null, null],
  [WHOLE, [6.25, 6.5], null, null],
  [
    [4, 6],
    [4, 5],
    [4, 5],
    [4, 5],
  ],
  [[1, 4], [1, 2], null, [1, 2]],
  [[1, 4], [1, 4], null, [1, 4]],
] as const)('job %j, request %j: %j by the guide, %j by the model', (jobRange, requested, guide, model) => {
  const leavesBy = (rule: 'guide' | 'model' | 'never') => {
    const leaves = leavesOfHeader(rule, range(jobRange), range(requested), SIZE_BYTES);
    return leaves && [leaves.from, leaves.to];
  };
  expect(leavesBy('guide')).toEqual(guide);
  expect(leavesBy('model')).toEqual(model);
  expect(leavesBy('never')).toBeNull();
});
