import { Failure } from '../../src/failures';
import { RUNNERS, ShardProblems } from './shard-problems';

const PROBLEM = { reason: Failure.AccessDenied, message: 'allow s3:PutObject' };
const toRoot = (problem: typeof PROBLEM | null) => ({ to: 'root', problem });

test('only the first problem is reported to the root', () => {
  const problems = new ShardProblems();
  for (const index of [7, 8, RUNNERS.move]) problems.handle(index, PROBLEM);
  expect(problems.takeForwards()).toEqual([toRoot(PROBLEM)]);
  expect(problems.hasForwards).toBe(false);
});

test('a probe goes to the source of the first problem, and its result is reported', () => {
  const problems = new ShardProblems();
  problems.handle(7, PROBLEM);
  problems.handle(RUNNERS.request, PROBLEM);
  problems.takeForwards();
  expect(problems.isRunnerFirst).toBe(false);
  problems.gateChanged('probe');
  expect(problems.takeForwards()).toEqual([{ to: 'archive', index: 7 }]);
  problems.handle(RUNNERS.request, PROBLEM);
  problems.handle(7, PROBLEM);
  expect(problems.takeForwards()).toEqual([toRoot(PROBLEM)]);
  problems.gateChanged('probe');
  problems.handle(7, null);
  expect(problems.takeForwards()).toEqual([{ to: 'archive', index: 7 }, toRoot(null)]);
});

test("a probe for one of the shard's own runners is not forwarded to archives", () => {
  const problems = new ShardProblems();
  problems.handle(RUNNERS.move, PROBLEM);
  problems.handle(7, PROBLEM);
  problems.takeForwards();
  expect(problems.isRunnerFirst).toBe(true);
  problems.gateChanged('probe');
  expect(problems.hasForwards).toBe(false);
});

test('paused and open gates are forwarded to archives; after an open one, problems are reported again', () => {
  const problems = new ShardProblems();
  problems.handle(7, PROBLEM);
  problems.gateChanged('paused');
  problems.gateChanged('open');
  problems.handle(7, PROBLEM);
  expect(problems.takeForwards()).toEqual([
    toRoot(PROBLEM),
    { to: 'archives', state: 'paused' },
    { to: 'archives', state: 'open' },
    toRoot(PROBLEM),
  ]);
});

test('the end of an archive with a problem is reported as recovery, that of any other is not', () => {
  const problems = new ShardProblems();
  problems.ended(3);
  expect(problems.hasForwards).toBe(false);
  problems.handle(3, PROBLEM);
  problems.ended(3);
  expect(problems.takeForwards()).toEqual([toRoot(PROBLEM), toRoot(null)]);
});
