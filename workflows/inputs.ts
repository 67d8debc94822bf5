import { ApplicationFailure, log, setHandler, workflowInfo, type SignalDefinition } from '@temporalio/workflow';
import { Failure } from '../src/failures';
import type { InputCheck } from './state/input-checks';

/**
 * A second argument of a run is what it takes along as it continues as new, and nothing that a caller may give: with it,
 * the request is not checked again. A retry policy or a cron schedule passes a caller's arguments on as well.
 * @throws ApplicationFailure InvalidRequest
 */
export function assertContinuedRun(): void {
  const { continuedFromExecutionRunId, attempt, cronSchedule } = workflowInfo();
  if (continuedFromExecutionRunId !== undefined && attempt === 1 && cronSchedule === undefined) return;
  throw rejected('a run takes a request and nothing else; a second argument is given by the run itself');
}

/**
 * Shards and archives are started by their parents alone, under the ids that follow from what they are.
 * @throws ApplicationFailure InvalidRequest
 */
export function assertStartedBy(parentId: string, workflowId: string): void {
  const { parent, workflowId: ownId } = workflowInfo();
  if (parent?.workflowId === parentId && ownId === workflowId) return;
  throw rejected('it is started by a run, not by hand: start a run with "glacier-transfer start"');
}

/** @throws ApplicationFailure InvalidRequest for an input that no workflow of ours sends */
export function assertInput<Input>(check: InputCheck<Input>, input: unknown): asserts input is Input {
  if (!check(input)) throw rejected('the input of this workflow is not of the form that a run sends');
}

/** Handles a signal; one that is not of its form is logged and does nothing. */
export function onSignal<Value>(
  signal: SignalDefinition<[Value]>,
  check: InputCheck<Value>,
  handle: (value: Value) => void,
): void {
  setHandler(signal, (value: unknown) => {
    if (check(value)) handle(value);
    else log.warn('a signal that is not of its form was ignored', { signal: signal.name });
  });
}

const rejected = (problem: string): ApplicationFailure =>
  ApplicationFailure.nonRetryable(`${problem}. Nothing was started.`, Failure.InvalidRequest);
