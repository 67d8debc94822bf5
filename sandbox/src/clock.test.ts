import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SandboxClock, openClock } from './clock';
const HOUR_MS = 3_600_000;

test('at rate 3,600 an hour passes in a second', () => {
  const real = jest.spyOn(Date, 'now').mockReturnValue(1_000_000);
  const clock = new SandboxClock(3600, 5 * HOUR_MS);
  expect(clock.now()).toBe(1_000_000 + 5 * HOUR_MS);
  real.mockReturnValue(1_001_000);
  expect(clock.now()).toBe(1_000_000 + 6 * HOUR_MS);
  clock.advance(HOUR_MS);
  expect(clock.now()).toBe(1_000_000 + 7 * HOUR_MS);
  real.mockReturnValue(1_001_500);
  expect(clock.now()).toBe(1_000_000 + 7.5 * HOUR_MS);
  real.mockRestore();
});

test('an alarm follows the sandbox clock and not real time', async () => {
  const clock = new SandboxClock(3_600_000);
  const dueMs = clock.now() + 24 * HOUR_MS;
  await new Promise<void>((resolve) => void clock.at(dueMs, resolve));
  expect(clock.now()).toBeGreaterThanOrEqual(dueMs);
});

test('advancing the clock rings all due alarms in order, each at its own time', () => {
  const clock = new SandboxClock();
  const start = clock.now();
  const rung: [name: string, hour: number][] = [];
  const ring = (name: string) => (): void => void rung.push([name, Math.floor((clock.now() - start) / HOUR_MS)]);
  clock.at(start + 3 * HOUR_MS, ring('third'));
  clock.at(start + HOUR_MS, () => {
    ring('first')();
    clock.at(start + 2 * HOUR_MS, ring('second'));
  });
  clock.at(start + 9 * HOUR_MS, ring('too late'));
  clock.at(start + HOUR_MS, ring('cancelled'))();
  clock.advance(4 * HOUR_MS);
  expect(rung).toEqual([
    ['first', 1],
    ['second', 2],
    ['third', 3],
  ]);
  expect(clock.now() - start).toBeGreaterThanOrEqual(4 * HOUR_MS);
});

test('an alarm rings without an advance, with other alarms before and after it', async () => {
  const clock = new SandboxClock();
  const rung: number[] = [];
  const delays = [30, 10, 20, 0];
  await Promise.all(
    delays.map(
      (delayMs) =>
        new Promise<void>(
          (resolve) =>
            void clock.at(clock.now() + delayMs, () => {
              rung.push(delayMs);
              resolve();
            }),
        ),
    ),
  );
  expect(rung).toEqual([0, 10, 20, 30]);
});

describe('a clock kept in a file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'clock-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('continues from its saved offset', () => {
    const path = join(folder, 'clock.json');
    const first = openClock(path, 1);
    first.clock.advance(48 * HOUR_MS);
    const stoodAt = first.clock.now();
    first.close();
    const second = openClock(path, 1);
    expect(second.clock.now()).toBeGreaterThanOrEqual(stoodAt);
    expect(second.clock.now() - stoodAt).toBeLessThan(HOUR_MS);
    second.close();
  });

  test('rejects a file that it cannot read', () => {
    const path = join(folder, 'clock.json');
    writeFileSync(path, '{}');
    expect(() => openClock(path, 1)).toThrow('offsetMs');
  });
});
