import { actionsIn, HEARTBEAT, withoutHeartbeats } from './actions';

const METRICS = `# TYPE action counter
action{action_type="command_StartTimer",namespace="default",operation="RespondWorkflowTaskCompleted",service_name="frontend"} 12
action{action_type="grpc_RecordActivityTaskHeartbeat",namespace="default",operation="RecordActivityTaskHeartbeat",service_name="frontend"} 57
action{action_type="grpc_StartWorkflowExecution",namespace="default",operation="StartWorkflowExecution",service_name="frontend"} 1
action{action_type="grpc_StartWorkflowExecution",namespace="default",operation="SignalWithStart",service_name="frontend"} 2
action{action_type="grpc_StartWorkflowExecution",namespace="temporal_system",operation="StartWorkflowExecution",service_name="frontend"} 2
service_requests{namespace="default",operation="DescribeWorkflowExecution",service_name="frontend"} 1
`;

test("counts the namespace's own actions by type", () => {
  const actions = actionsIn(METRICS, 'default');
  expect(actions).toEqual({ command_StartTimer: 12, [HEARTBEAT]: 57, grpc_StartWorkflowExecution: 3 });
  expect(withoutHeartbeats(actions)).toBe(15);
});

test('a server that has counted nothing yet', () => expect(actionsIn('', 'default')).toEqual({}));
