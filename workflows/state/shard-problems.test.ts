import { Failure } from '../../src/failures';
import { LANES, ShardProblems } from './shard-problems';

const PROBLEM = { reason: Failure.AccessDenied, message: 'allow s3:PutObject' };
const toRoot = (problem: typeof PROBLEM | null) => ({ to: 'root', problem });

test('the root is told of the first trouble only', () => {
  const troubles = new ShardProblems();
  for (const index of [7, 8, LANES.move]) troubles.hear(index, PROBLEM);
  expect(troubles.takeMail()).toEqual([toRoot(PROBLEM)]);
  expect(troubles.hasMail).toBe(false);
});

test('a probe goes to the source that was first, whose answer is passed on', () => {
  const troubles = new ShardProblems();
  troubles.hear(7, PROBLEM);
  troubles.hear(LANES.request, PROBLEM);
  troubles.takeMail();
  expect(troubles.isLaneFirst).toBe(false);
  troubles.ordered('probe');
  expect(troubles.takeMail()).toEqual([{ to: 'archive', index: 7 }]);
  troubles.hear(LANES.request, PROBLEM);
  troubles.hear(7, PROBLEM);
  expect(troubles.takeMail()).toEqual([toRoot(PROBLEM)]);
  troubles.ordered('probe');
  troubles.hear(7, null);
  expect(troubles.takeMail()).toEqual([{ to: 'archive', index: 7 }, toRoot(null)]);
});

test('a lane that was first tries by itself', () => {
  const troubles = new ShardProblems();
  troubles.hear(LANES.move, PROBLEM);
  troubles.hear(7, PROBLEM);
  troubles.takeMail();
  expect(troubles.isLaneFirst).toBe(true);
  troubles.ordered('probe');
  expect(troubles.hasMail).toBe(false);
});

test('orders to hold and to go on reach the archives; after the latter, trouble is news again', () => {
  const troubles = new ShardProblems();
  troubles.hear(7, PROBLEM);
  troubles.ordered('paused');
  troubles.ordered('open');
  troubles.hear(7, PROBLEM);
  expect(troubles.takeMail()).toEqual([
    toRoot(PROBLEM),
    { to: 'archives', state: 'paused' },
    { to: 'archives', state: 'open' },
    toRoot(PROBLEM),
  ]);
});

test('the end of an archive in trouble is good news, that of any other is none', () => {
  const troubles = new ShardProblems();
  troubles.ended(3);
  expect(troubles.hasMail).toBe(false);
  troubles.hear(3, PROBLEM);
  troubles.ended(3);
  expect(troubles.takeMail()).toEqual([toRoot(PROBLEM), toRoot(null)]);
});
