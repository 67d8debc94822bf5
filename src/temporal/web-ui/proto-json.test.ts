import * as proto from '@temporalio/proto';
import type { Root } from 'protobufjs';
import { fromJson, toJson } from './proto-json';

const typeOf = (name: string) => {
  const type = (proto as unknown as Root).lookupType(name);
  type.root.resolveAll();
  return type;
};

/** As it comes back after having been sent. */
function sent(name: string, json: unknown): unknown {
  const type = typeOf(name);
  const message = type.fromObject(fromJson(type, json) as Record<string, unknown>);
  return toJson(type, type.decode(type.encode(message).finish()));
}

test.each([
  ['a payload', 'temporal.api.common.v1.Payload', { metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'eyJhIjoxfQ==' }],
  [
    'an execution: enum by name, times, 64 bits as text',
    'temporal.api.workflow.v1.WorkflowExecutionInfo',
    {
      execution: { workflowId: 'run/shard-000001', runId: 'r' },
      startTime: '2026-11-30T23:53:47.763460021Z',
      closeTime: '0001-01-01T00:00:00Z',
      status: 'WORKFLOW_EXECUTION_STATUS_RUNNING',
      historyLength: '9007199254740993',
      executionDuration: '37.199481933s',
    },
  ],
  [
    'fractions of a second',
    'temporal.api.workflow.v1.WorkflowExecutionInfo',
    { executionDuration: '-1.500s', startTime: '2026-01-01T00:00:00.120Z' },
  ],
  ['a mask of fields', 'temporal.api.workflowservice.v1.UpdateWorkflowExecutionOptionsRequest', { updateMask: 'a,b' }],
  ['an empty message', 'temporal.api.workflow.v1.WorkflowExecutionInfo', {}],
])('%s is the same in both directions', (_, name, json) => {
  expect(sent(name, json)).toEqual(json);
});

test('names as the protocol writes them and numbers of enum values are read too', () => {
  expect(
    sent('temporal.api.workflow.v1.WorkflowExecutionInfo', { status: 1, execution: { workflow_id: 'a' }, memo: null }),
  ).toEqual({ status: 'WORKFLOW_EXECUTION_STATUS_RUNNING', execution: { workflowId: 'a' } });
});

test('what is packed as Any is unpacked where its type is known', () => {
  const type = typeOf('temporal.api.common.v1.WorkflowExecution');
  const value = type.encode(type.fromObject({ workflowId: 'a' })).finish();
  const status = typeOf('google.rpc.Status');
  const message = status.fromObject({
    details: [
      { type_url: 'type.googleapis.com/temporal.api.common.v1.WorkflowExecution', value },
      { type_url: 'x/none', value },
    ],
  });
  expect(toJson(status, message)).toEqual({
    details: [
      { '@type': 'type.googleapis.com/temporal.api.common.v1.WorkflowExecution', workflowId: 'a' },
      { '@type': 'x/none', value: Buffer.from(value).toString('base64') },
    ],
  });
});

test.each([
  [{ bogus: 1 }, 'WorkflowExecutionInfo has no field bogus'],
  [JSON.parse('{"__proto__": {"status": 1}}'), 'WorkflowExecutionInfo has no field __proto__'],
  [{ constructor: 1 }, 'WorkflowExecutionInfo has no field constructor'],
  [{ startTime: 'now' }, 'now is not a valid time'],
  [{ executionDuration: '5' }, '5 is not a valid duration'],
  [[], 'WorkflowExecutionInfo is not an object'],
  ['text', 'WorkflowExecutionInfo is not an object'],
])('%j is refused', (json: unknown, reason) => {
  expect(() => fromJson(typeOf('temporal.api.workflow.v1.WorkflowExecutionInfo'), json)).toThrow(reason);
});
