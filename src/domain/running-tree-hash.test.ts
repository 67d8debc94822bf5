import type { SubtreeRoot } from '../wire/transfer';
import { foldTree, hashLeaf } from './tree-hash';
import { RunningTreeHash } from './running-tree-hash';

const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, leaf) => Buffer.from(`leaf ${leaf}`));

test.each(Array.from({ length: 130 }, (_, index) => index + 1))('%i leaves, one after another or at once', (count) => {
  const running = new RunningTreeHash();
  for (const leaf of leavesOf(count)) running.add(leaf);
  expect(running.hex()).toBe(foldTree(leavesOf(count).map(hashLeaf)).toString('hex'));
});

test('a hash is continued from its roots, wherever it was interrupted', () => {
  for (let done = 0; done < 23; done += 1) {
    const first = new RunningTreeHash();
    for (const leaf of leavesOf(done)) first.add(leaf);
    const second = new RunningTreeHash(JSON.parse(JSON.stringify(first.roots)) as SubtreeRoot[]);
    for (const leaf of leavesOf(23).slice(done)) second.add(leaf);
    expect(second.hex()).toBe(foldTree(leavesOf(23).map(hashLeaf)).toString('hex'));
  }
});

test('nothing has no tree hash', () => {
  expect(() => new RunningTreeHash().hex()).toThrow(RangeError);
});
