import { ApplicationFailure, setHandler } from '@temporalio/workflow';
import type { UpdateDefinition } from '@temporalio/common';
import { Failure } from '../src/failures';
import type { RunPace } from '../src/wire/request';

/** Who takes an order: it is refused with a reason, or obeyed and answered with how things stand then. */
export interface Obeying<Progress> {
  /** Why the order makes no sense now; null when it does. */
  readonly refusal: () => string | null;
  readonly show: () => void;
  readonly progress: () => Progress;
}

/** Handles an update by which people give an order. A refused one does nothing. */
export function obeyOrder<Progress, Args extends [] | [Partial<RunPace>]>(
  update: UpdateDefinition<Progress, Args>,
  { refusal, show, progress }: Obeying<Progress>,
  act: (...args: Args) => void | Promise<void>,
  problemOf: (...args: Args) => string | null = () => null,
): void {
  setHandler(
    update,
    async (...args: Args) => {
      await act(...args);
      show();
      return progress();
    },
    {
      validator: (...args: Args) => {
        const problem = refusal() ?? problemOf(...args);
        if (problem !== null) throw ApplicationFailure.nonRetryable(problem, Failure.Refused);
      },
    },
  );
}
