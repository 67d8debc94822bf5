import { ApplicationFailure, log, setHandler, workflowInfo, type SignalDefinition } from '@temporalio/workflow';
import { Failure } from '../src/failures';
import type { InputCheck } from './state/input-checks';

/**
 * The second argument of a run is its state on continue-as-new. Callers must not pass it: with it, the request is not
 * checked again. A retry policy or a cron schedule passes on the arguments of the caller as well.
 * @throws ApplicationFailure InvalidRequest
 */
export function assertContinuedRun(): void {
  const { continuedFromExecutionRunId, attempt, cronSchedule } = workflowInfo();
  if (continuedFromExecutionRunId !== undefined && attempt === 1 && cronSchedule === undefined) return;
  throw rejected('a run takes only a request; the second argument is reserved for continue-as-new');
}

/**
 * Shards and archives are started only by their parents, with ids derived from their inputs.
 * @throws ApplicationFailure InvalidRequest
 */
export function assertStartedBy(parentId: string, workflowId: string): void {
  const { parent, workflowId: ownId } = workflowInfo();
  if (parent?.workflowId === parentId && ownId === workflowId) return;
  throw rejected('only a run starts this workflow: start a run with "glacier-transfer start"');
}

/** @throws ApplicationFailure InvalidRequest for an input that our workflows do not send */
export function assertInput<Input>(check: InputCheck<Input>, input: unknown): asserts input is Input {
  if (!check(input)) throw rejected('the input of this workflow is not what a run sends');
}

/** Handles a signal; one with an invalid value is logged and ignored. */
export function onSignal<Value>(
  signal: SignalDefinition<[Value]>,
  check: InputCheck<Value>,
  handle: (value: Value) => void,
): void {
  setHandler(signal, (value: unknown) => {
    if (check(value)) handle(value);
    else log.warn('a signal with an invalid value was ignored', { signal: signal.name });
  });
}

const rejected = (problem: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`${problem}. Nothing was started.`, Failure.InvalidRequest);
