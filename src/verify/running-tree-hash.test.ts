import { foldTree, hashLeaf } from '../domain/tree-hash';
import { RunningTreeHash } from './running-tree-hash';

const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, leaf) => Buffer.from(`leaf ${leaf}`));

test.each(Array.from({ length: 130 }, (_, index) => index + 1))('%i leaves, one after another or at once', (count) => {
  const running = new RunningTreeHash();
  for (const leaf of leavesOf(count)) running.add(leaf);
  expect(running.hex()).toBe(foldTree(leavesOf(count).map(hashLeaf)).toString('hex'));
});

test('nothing has no tree hash', () => {
  expect(() => new RunningTreeHash().hex()).toThrow(RangeError);
});
