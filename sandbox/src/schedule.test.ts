import { array, assert, nat, property } from 'fast-check';
import { Schedule } from './schedule';

it('a schedule returns values by time, and those of one time in insertion order', () => {
  assert(
    property(array(nat(20)), (times) => {
      const schedule = new Schedule<number>();
      for (const [index, atMs] of times.entries()) schedule.add(atMs, index);
      const taken = times.map(() => schedule.takeFirst());
      const expected = [...times.entries()]
        .toSorted(([leftIndex, left], [rightIndex, right]) => left - right || leftIndex - rightIndex)
        .map(([index]) => index);
      expect(taken).toEqual(expected);
      expect(schedule.takeFirst()).toBeUndefined();
    }),
  );
});
