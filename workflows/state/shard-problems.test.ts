import { Failure } from '../../src/failures';
import { RUNNERS, ShardProblems } from './shard-problems';

const PROBLEM = { reason: Failure.AccessDenied, message: 'allow s3:PutObject' };
const toRoot = (problem: typeof PROBLEM | null) => ({ to: 'root', problem });

test('only the first problem is reported to the root', () => {
  const troubles = new ShardProblems();
  for (const index of [7, 8, RUNNERS.move]) troubles.handle(index, PROBLEM);
  expect(troubles.takeForwards()).toEqual([toRoot(PROBLEM)]);
  expect(troubles.hasForwards).toBe(false);
});

test('a probe goes to the source of the first problem, and its result is reported', () => {
  const troubles = new ShardProblems();
  troubles.handle(7, PROBLEM);
  troubles.handle(RUNNERS.request, PROBLEM);
  troubles.takeForwards();
  expect(troubles.isRunnerFirst).toBe(false);
  troubles.gateChanged('probe');
  expect(troubles.takeForwards()).toEqual([{ to: 'archive', index: 7 }]);
  troubles.handle(RUNNERS.request, PROBLEM);
  troubles.handle(7, PROBLEM);
  expect(troubles.takeForwards()).toEqual([toRoot(PROBLEM)]);
  troubles.gateChanged('probe');
  troubles.handle(7, null);
  expect(troubles.takeForwards()).toEqual([{ to: 'archive', index: 7 }, toRoot(null)]);
});

test("a probe for one of the shard's own runners is not forwarded to archives", () => {
  const troubles = new ShardProblems();
  troubles.handle(RUNNERS.move, PROBLEM);
  troubles.handle(7, PROBLEM);
  troubles.takeForwards();
  expect(troubles.isRunnerFirst).toBe(true);
  troubles.gateChanged('probe');
  expect(troubles.hasForwards).toBe(false);
});

test('paused and open gates are forwarded to archives; after an open one, problems are reported again', () => {
  const troubles = new ShardProblems();
  troubles.handle(7, PROBLEM);
  troubles.gateChanged('paused');
  troubles.gateChanged('open');
  troubles.handle(7, PROBLEM);
  expect(troubles.takeForwards()).toEqual([
    toRoot(PROBLEM),
    { to: 'archives', state: 'paused' },
    { to: 'archives', state: 'open' },
    toRoot(PROBLEM),
  ]);
});

test('the end of an archive with a problem is reported as recovery, that of any other is not', () => {
  const troubles = new ShardProblems();
  troubles.ended(3);
  expect(troubles.hasForwards).toBe(false);
  troubles.handle(3, PROBLEM);
  troubles.ended(3);
  expect(troubles.takeForwards()).toEqual([toRoot(PROBLEM), toRoot(null)]);
});
