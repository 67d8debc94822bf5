import * as fc from 'fast-check';
import { Failure } from '../../src/failures';
import { RunPause } from './run-pause';
import { propertyRuns } from '../../test/support/property-runs';

const DENIED = { reason: Failure.AccessDenied, message: 'allow s3:PutObject' };
const SHARDS = [0, 1, 2];

test('a pause pauses all shards, and a resume resumes them', () => {
  const gate = new RunPause(null);
  expect(gate.takeDueGate(SHARDS, 0)).toBeNull();
  gate.pause();
  expect(gate.takeDueGate(SHARDS, 10)).toEqual({ gate: { sequence: 10, state: 'paused' }, shards: SHARDS });
  expect(gate.takeDueGate(SHARDS, 11)).toBeNull();
  gate.resume(0, {});
  expect(gate.takeDueGate(SHARDS, 10)).toEqual({ gate: { sequence: 11, state: 'open' }, shards: SHARDS });
});

test('a problem pauses all shards; the first one with a problem retries, less often each time, until it recovers', () => {
  const gate = new RunPause(null, 1_000);
  gate.handleProblem(1, DENIED, 0);
  gate.handleProblem(2, DENIED, 1);
  expect(gate.problem).toEqual(DENIED);
  expect(gate.takeDueGate(SHARDS, 2)).toMatchObject({ gate: { state: 'paused' }, shards: SHARDS });
  expect(gate.nextProbeAtMs).toBe(1_000);
  expect(gate.takeDueGate(SHARDS, 999)).toBeNull();
  expect(gate.takeDueGate(SHARDS, 1_000)).toMatchObject({ gate: { state: 'probe' }, shards: [1] });
  expect(gate.nextProbeAtMs).toBe(1_000 + 2_000);
  expect(gate.takeDueGate(SHARDS, 3_000)).toMatchObject({ gate: { state: 'probe' }, shards: [1] });
  expect(gate.nextProbeAtMs).toBe(3_000 + 4_000);
  gate.handleProblem(1, null, 3_001);
  expect(gate.problem).toBeNull();
  expect(gate.takeDueGate(SHARDS, 3_002)).toMatchObject({ gate: { state: 'open' }, shards: SHARDS });
});

test('a problem that is fixed before the shards were paused still opens the gate of its shard', () => {
  const gate = new RunPause(null);
  gate.handleProblem(1, DENIED, 0);
  gate.handleProblem(1, null, 1);
  expect(gate.takeDueGate(SHARDS, 2)).toMatchObject({ gate: { state: 'open' } });
});

test('no shard retries while the run is paused', () => {
  const gate = new RunPause(null, 1_000);
  gate.handleProblem(1, DENIED, 0);
  gate.pause();
  gate.takeDueGate(SHARDS, 1);
  expect(gate.nextProbeAtMs).toBe(Infinity);
  expect(gate.takeDueGate(SHARDS, 5_000)).toBeNull();
});

test("a closed shard's problem is removed", () => {
  const gate = new RunPause(null);
  gate.handleProblem(1, DENIED, 0);
  gate.forget(1);
  expect(gate.isOpen).toBe(true);
  expect(gate.nextProbeAtMs).toBe(Infinity);
});

test('the circuit breaker trips when one reason has failed more than half of a thousand archives, and not before', () => {
  const gate = new RunPause(null);
  gate.checkFailures(999, { KeyTaken: 999 });
  gate.checkFailures(1_000, { KeyTaken: 500, HashMismatch: 400 });
  expect(gate.isOpen).toBe(true);
  gate.checkFailures(1_000, { KeyTaken: 501 });
  expect(gate.problem).toMatchObject({ reason: Failure.TooManyFailures });
  expect(gate.problem?.message).toContain('501 of 1000 archives failed with KeyTaken');
  // Only a resume resets it: neither a recovered shard nor time does.
  gate.handleProblem(1, DENIED, 0);
  gate.handleProblem(1, null, 0);
  expect(gate.problem).toMatchObject({ reason: Failure.TooManyFailures });
  gate.resume(1_000, { KeyTaken: 501 });
  gate.checkFailures(1_500, { KeyTaken: 1_000 });
  expect(gate.isOpen).toBe(true);
  gate.checkFailures(2_000, { KeyTaken: 1_002 });
  expect(gate.isOpen).toBe(false);
});

const event = fc.oneof(
  fc.constant({ kind: 'pause' as const }),
  fc.constant({ kind: 'resume' as const }),
  fc.record({ kind: fc.constant('trouble' as const), shard: fc.constantFrom(...SHARDS) }),
  fc.record({ kind: fc.constant('well' as const), shard: fc.constantFrom(...SHARDS) }),
  fc.record({ kind: fc.constant('close' as const), shard: fc.constantFrom(...SHARDS) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.nat(100_000) }),
  fc.constant({ kind: 'continueAsNew' as const }),
);

test('in any order of events, sequences increase and the gate last sent is the current one', () => {
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      let gate = new RunPause(null);
      let nowMs = 0;
      let sequence = 0;
      let told = 'open';
      for (const step of events) {
        if (step.kind === 'pause') gate.pause();
        else if (step.kind === 'resume') gate.resume(0, {});
        else if (step.kind === 'trouble') gate.handleProblem(step.shard, DENIED, nowMs);
        else if (step.kind === 'well') gate.handleProblem(step.shard, null, nowMs);
        else if (step.kind === 'close') gate.forget(step.shard);
        else if (step.kind === 'pass') nowMs += step.ms;
        else gate = new RunPause(JSON.parse(JSON.stringify(gate.carry())));
        for (let due = gate.takeDueGate(SHARDS, nowMs); due !== null; due = gate.takeDueGate(SHARDS, nowMs)) {
          expect(due.gate.sequence).toBeGreaterThan(sequence);
          ({ sequence } = due.gate);
          if (due.gate.state !== 'probe') told = due.gate.state;
        }
        expect(told).toBe(gate.isOpen ? 'open' : 'paused');
        // A run that is blocked by a shard always has a retry scheduled.
        expect(gate.isOpen || gate.isPaused || gate.nextProbeAtMs < Infinity).toBe(true);
      }
    }),
    { numRuns: propertyRuns(100) },
  );
});
