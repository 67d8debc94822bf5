import { Failure } from '../src/failures';
import { Gate } from './pause-gate';

const PROBLEM = { reason: Failure.AccessDenied, message: 'allow s3:PutObject' };

test('a pause gate older than the last one is ignored', () => {
  const gate = new Gate();
  expect(gate.apply({ sequence: 2, state: 'paused' })).toBe(true);
  expect(gate.apply({ sequence: 1, state: 'open' })).toBe(false);
  expect(gate.isOpen).toBe(false);
  expect(gate.apply({ sequence: 3, state: 'open' })).toBe(true);
  expect(gate.isOpen).toBe(true);
});

test('a problem closes the gate until the parent opens it', () => {
  const gate = new Gate();
  gate.stopFor(PROBLEM);
  expect(gate.isOpen).toBe(false);
  gate.apply({ sequence: 1, state: 'paused' });
  expect(gate.isOpen).toBe(false);
  gate.apply({ sequence: 2, state: 'probe' });
  expect(gate.isOpen).toBe(true);
});

test('listeners are called at each closing of the gate until they unsubscribe', () => {
  const gate = new Gate();
  let sent = 0;
  const forget = gate.onClose(() => (sent += 1));
  gate.apply({ sequence: 1, state: 'paused' });
  gate.apply({ sequence: 2, state: 'open' });
  gate.stopFor(PROBLEM);
  expect(sent).toBe(2);
  forget();
  gate.apply({ sequence: 3, state: 'paused' });
  expect(sent).toBe(2);
});
