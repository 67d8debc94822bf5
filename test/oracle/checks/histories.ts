import type { World } from '../world';

/** Where Temporal begins to warn; each is far below what it ends a workflow for. */
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
    if (mostPending >= MOST_PENDING) wrong.push(`had ${mostPending} of a kind open at a time`);
    if (strayTasks > 0) wrong.push(`strayed from its own commands ${strayTasks} times`);
    return wrong.map((what) => `the history of ${workflowId} ${what}`);
  });
