import { callOf } from './routes';

const call = (verb: string, address: string, body: object | null = null) => {
  const [path = '', search = ''] = address.split('?');
  const found = callOf(verb, path, new URLSearchParams(search), body as null);
  return found === null ? null : [found.service, found.method, found.request];
};
const WORKFLOWS = '/api/v1/namespaces/default/workflows';

test('an encoded slash is part of the workflow id', () => {
  expect(call('GET', `${WORKFLOWS}/run%2Fshard-000001?execution.runId=r`)).toEqual([
    'workflowService',
    'describeWorkflowExecution',
    { namespace: 'default', execution: { workflowId: 'run/shard-000001', runId: 'r' } },
  ]);
});

test('parameters become fields of their type, and those that the call does not have are left out', () => {
  expect(
    call('GET', `${WORKFLOWS}/a/history?waitNewEvent=true&maximum_page_size=9&bogus=1&execution.no.such=1`),
  ).toEqual([
    'workflowService',
    'getWorkflowExecutionHistory',
    { namespace: 'default', execution: { workflowId: 'a' }, waitNewEvent: true, maximumPageSize: '9' },
  ]);
});

test('a body is the request, and the path prevails over it', () => {
  expect(call('POST', `${WORKFLOWS}/a%20b/signal/go?input=1`, { namespace: 'other', identity: 'me' })).toEqual([
    'workflowService',
    'signalWorkflowExecution',
    { namespace: 'default', identity: 'me', workflowExecution: { workflowId: 'a b' }, signalName: 'go' },
  ]);
});

test('search attributes are the operator service’s', () => {
  expect(call('GET', '/api/v1/namespaces/default/search-attributes')?.slice(0, 2)).toEqual([
    'operatorService',
    'listSearchAttributes',
  ]);
});

test.each([
  ['GET', '/api/v1/nothing'],
  ['DELETE', WORKFLOWS],
  ['GET', `${WORKFLOWS}/a/b`],
  ['GET', '/namespaces/default/workflows'],
  ['GET', `${WORKFLOWS}/`],
])('%s %s is no call', (verb, address) => {
  expect(call(verb, address)).toBeNull();
});

test('no parameter reaches a prototype', () => {
  call('GET', `${WORKFLOWS}/a?__proto__.polluted=1&constructor.prototype.polluted=1&execution.__proto__.polluted=1`);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('broken percent-encoding is an error', () => {
  expect(() => call('GET', `${WORKFLOWS}/%E0%A4%A`)).toThrow('URI malformed');
});
