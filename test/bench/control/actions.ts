/** One count of the Temporal server's metric `action`, in Prometheus's text form. */
const LINE = /^action\{action_type="([^"]+)",namespace="([^"]+)"[^}]*\} (\S+)$/gm;

/** Actions by the server's name for them. */
export type Actions = Readonly<Record<string, number>>;

/**
 * Billable actions, counted by the Temporal server itself: what Temporal Cloud charges for is defined by the same metric
 * (docs.temporal.io/cloud/migrate/estimate-actions).
 * @param metrics text of the server's page of metrics
 */
export function actionsIn(metrics: string, namespace: string): Actions {
  const actions: Record<string, number> = {};
  for (const [, type = '', of, count] of metrics.matchAll(LINE)) {
    if (of === namespace) actions[type] = (actions[type] ?? 0) + Number(count);
  }
  return actions;
}

/** At most one a second of an activity: their number follows from how long activities take, not from what they do. */
export const HEARTBEAT = 'grpc_RecordActivityTaskHeartbeat';

/** All actions but heartbeats. */
export const withoutHeartbeats = (actions: Actions): number =>
  Object.entries(actions).reduce((sum, [type, count]) => sum + (type === HEARTBEAT ? 0 : count), 0);
