import { ShardAdmissionState } from './shard-admission';

const granting = (bytes: number, requestsPerSecond = 100): ShardAdmissionState => {
  const allowance = new ShardAdmissionState({ sequence: 1, admittedBytes: bytes, requestsPerSecond });
  allowance.open(100);
  return allowance;
};
const tenBytes = (): number => 10;

test('archives are admitted up to the admitted bytes, including the one that exceeds them', () => {
  const allowance = granting(25);
  const line = [0, 1, 2, 3, 4];
  expect(allowance.take(line, 10, tenBytes)).toEqual([0, 1, 2]);
  expect(line).toEqual([3, 4]);
  expect(allowance.admits(line)).toBe(false);
  allowance.apply({ sequence: 2, admittedBytes: 31, requestsPerSecond: 100 });
  expect(allowance.take(line, 10, tenBytes)).toEqual([3]);
});

test('at most the requested number is taken, and an older admission is ignored', () => {
  const allowance = granting(1_000);
  expect(allowance.take([5, 6, 7], 2, tenBytes)).toEqual([5, 6]);
  allowance.apply({ sequence: 1, admittedBytes: 0, requestsPerSecond: 1 });
  expect(allowance.requestsPerSecond).toBe(100);
});

test('an archive admitted once is admitted again without being counted again', () => {
  const allowance = granting(10);
  expect(allowance.take([7, 8], 2, tenBytes)).toEqual([7]);
  expect(allowance.take([7, 8], 2, tenBytes)).toEqual([7]);
  expect(allowance.report()).toEqual({ neededBytes: 100, requestedBytes: 10 });
});

test('a report is due once when everything admitted is requested', () => {
  const allowance = granting(20);
  expect(allowance.mustReport).toBe(false);
  allowance.take([0, 1, 2], 1, tenBytes);
  expect(allowance.mustReport).toBe(false);
  allowance.take([1, 2], 1, tenBytes);
  expect(allowance.mustReport).toBe(true);
  expect(allowance.takeReport()).toEqual({ neededBytes: 100, requestedBytes: 20 });
  expect(allowance.mustReport).toBe(false);
});

test('requests wait in steps of at least a second and average the rate', () => {
  const allowance = granting(100, 10);
  expect(allowance.reserve(5, 0)).toBe(0);
  expect(allowance.reserve(10, 0)).toBe(0);
  expect(allowance.reserve(10, 0)).toBe(1_500);
  expect(allowance.reserve(1, 100_000)).toBe(0);
});
