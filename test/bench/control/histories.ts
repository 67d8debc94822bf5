import type { Client } from '@temporalio/client';

/** Event counts of the workflows of one type. */
export interface HistoryLengths {
  readonly workflows: number;
  readonly events: number;
  readonly longest: number;
}

/** How long the histories of all workflows of the namespace are, by workflow type. */
export async function historiesOf(client: Client): Promise<Readonly<Record<string, HistoryLengths>>> {
  const lengths: Record<string, HistoryLengths> = {};
  for await (const { type, historyLength = 0 } of client.workflow.list()) {
    const { workflows, events, longest } = lengths[type] ?? { workflows: 0, events: 0, longest: 0 };
    lengths[type] = {
      workflows: workflows + 1,
      events: events + historyLength,
      longest: Math.max(longest, historyLength),
    };
  }
  return lengths;
}
