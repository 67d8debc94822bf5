import { drawKey, Draws } from '../../draws';
import { parseSeedSpec } from './seed-spec';
import { drawSize } from './sizes';

const MIB = 1024 ** 2;
const COUNT = 4000;

function drawn(sizes: unknown): number[] {
  const spec = parseSeedSpec({ sizes });
  const key = drawKey('sizes', 'test');
  return Array.from({ length: COUNT }, (_, position) => drawSize(spec.sizes, new Draws(key, position)));
}

const shareBelow = (sizes: readonly number[], bytes: number): number =>
  sizes.filter((size) => size < bytes).length / sizes.length;

test.each(['uniform', 'log-uniform', 'log-normal'])('%s sizes lie in their range, both ends included', (spread) => {
  const sizes = drawn({ from: 10, to: 13, spread });
  expect(new Set(sizes)).toEqual(new Set([10, 11, 12, 13]));
  const isSize = (size: number): boolean => Number.isInteger(size) && size >= 1 && size <= 40_000 * 1024 * MIB;
  expect(drawn({ from: '1B', to: '40000GiB', spread }).every(isSize)).toBe(true);
});

test('sizes follow the requested distribution', () => {
  expect(shareBelow(drawn({ from: '1MiB', to: '3MiB' }), 2 * MIB)).toBeCloseTo(0.5, 1);
  expect(shareBelow(drawn({ from: 1024, to: MIB, spread: 'log-uniform' }), 32 * 1024)).toBeCloseTo(0.5, 1);
  expect(shareBelow(drawn({ from: 1024, to: MIB, spread: 'log-uniform' }), 4 * 1024)).toBeCloseTo(0.2, 1);
  expect(shareBelow(drawn({ from: 1024, to: MIB, spread: 'log-normal' }), 32 * 1024)).toBeCloseTo(0.5, 1);
  expect(shareBelow(drawn({ from: 1024, to: MIB, spread: 'log-normal' }), 4 * 1024)).toBeLessThan(0.05);
});

test('size choices occur by their weights', () => {
  const sizes = drawn([
    { size: '1B', weight: 3 },
    { size: '2B', weight: 1 },
  ]);
  expect(shareBelow(sizes, 2)).toBeCloseTo(0.75, 1);
});
