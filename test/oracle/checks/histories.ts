import type { World } from '../world';

/** Limits at which Temporal starts to warn, far below those at which it terminates a workflow. */
const MOST_EVENTS = 10_240;
const MOST_HISTORY_BYTES = 10 * 1024 * 1024;
const MOST_PAYLOAD_BYTES = 256 * 1024;
const MOST_PENDING = 2_000;

/** O7: every history of the run stays within Temporal's limits, and replays. */
export const histories = ({ histories }: World): string[] =>
  histories.flatMap(({ workflowId, events, sizeBytes, largestPayloadBytes, mostPending, strayTasks }) => {
    const wrong: string[] = [];
    if (events >= MOST_EVENTS) wrong.push(`has ${events} events`);
    if (sizeBytes >= MOST_HISTORY_BYTES) wrong.push(`takes ${sizeBytes} bytes`);
    if (largestPayloadBytes >= MOST_PAYLOAD_BYTES) wrong.push(`has a payload of ${largestPayloadBytes} bytes`);
    if (mostPending >= MOST_PENDING) wrong.push(`had ${mostPending} operations of one kind pending`);
    if (strayTasks > 0) wrong.push(`was nondeterministic ${strayTasks} times`);
    return wrong.map((what) => `the history of ${workflowId} ${what}`);
  });
