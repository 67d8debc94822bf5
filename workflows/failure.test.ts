import {
  ActivityFailure,
  ApplicationFailure,
  CancelledFailure,
  ChildWorkflowFailure,
  RetryState,
  TerminatedFailure,
  TimeoutFailure,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/common';
import { endedBy, failureDetail, failureType } from './failure';

const fromActivity = (cause: Error): ActivityFailure =>
  new ActivityFailure('Activity task failed', 'moveWhole', '7', RetryState.NON_RETRYABLE_FAILURE, 'worker', cause);
const fromChild = (cause: Error): ChildWorkflowFailure =>
  new ChildWorkflowFailure(
    'default',
    { workflowId: 'w', runId: 'r' },
    'archive',
    RetryState.NON_RETRYABLE_FAILURE,
    cause,
  );
const taken = ApplicationFailure.nonRetryable('the key is taken', 'KeyTaken', { part: 1 });

test.each([
  ['a failed activity', fromActivity(taken), 'failed', 'KeyTaken', 'the key is taken'],
  ['a failure of the workflow itself', taken, 'failed', 'KeyTaken', 'the key is taken'],
  [
    'a type that is not ours',
    fromActivity(ApplicationFailure.create({ message: 'x', type: 'TypeError' })),
    'failed',
    'Unavailable',
    'x',
  ],
  [
    'a time-out',
    fromActivity(new TimeoutFailure('too slow', undefined, 'HEARTBEAT')),
    'failed',
    'Unavailable',
    'too slow',
  ],
  ['a terminated child', fromChild(new TerminatedFailure('by hand')), 'failed', 'Unavailable', 'by hand'],
  ['a cancellation', new CancelledFailure('no'), 'skipped', 'Cancelled', 'cancelled before the archive was done'],
  [
    'a cancelled activity',
    fromActivity(new CancelledFailure('no')),
    'skipped',
    'Cancelled',
    'cancelled before the archive was done',
  ],
])('an archive ends with the expected outcome after %s', (_name, error, outcome, reason, message) => {
  expect(endedBy(error)).toEqual({ outcome, reason, message });
});

test('an open workflow of an earlier start fails only its archive', () => {
  const error = new WorkflowExecutionAlreadyStartedError('started', 'run/archive-a', 'archive');
  expect(endedBy(error)).toMatchObject({ outcome: 'failed', reason: 'AlreadyRunning' });
});

test('a bug in workflow code fails the workflow task, not the archive', () => {
  const bug = new TypeError('undefined is not a function');
  expect(() => endedBy(bug)).toThrow(bug);
});

test('failure type and first detail are read from the cause of an activity failure', () => {
  expect([failureType(fromActivity(taken)), failureDetail(fromActivity(taken))]).toEqual(['KeyTaken', { part: 1 }]);
  expect([failureType(new CancelledFailure('no')), failureDetail(new Error('x'))]).toEqual([null, undefined]);
});
