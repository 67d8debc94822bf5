import { Connection, type Client } from '@temporalio/client';
import { loadDevSettings } from '../src/temporal/dev-settings';

/** Page of a workflow in Temporal's Web UI. */
export const workflowPage = (uiUrl: string, namespace: string, workflowId: string): string =>
  `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;

/** Page of a run, where the client talks to the local server on its usual ports; null where the page is not known. */
export function webUiOfRun(client: Client, run: string): string | null {
  if (!(client.connection instanceof Connection)) return null;
  const { port, uiPort } = loadDevSettings();
  const { address } = client.connection.options;
  if (address !== `127.0.0.1:${port}` && address !== `localhost:${port}`) return null;
  return workflowPage(`http://127.0.0.1:${uiPort}`, client.options.namespace, run);
}
