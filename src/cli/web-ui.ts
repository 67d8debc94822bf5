import type { Client } from '@temporalio/client';

/** Page of a workflow in Temporal's Web UI. */
export const workflowPage = (uiUrl: string, namespace: string, workflowId: string): string =>
  `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;

export const webUiOfRun = (client: Client, run: string): string | null => null;
