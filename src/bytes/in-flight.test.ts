import { InFlight } from './in-flight';

interface Task {
  readonly work: () => Promise<void>;
  end(): void;
  fail(error: Error): void;
}
function task(started: string[], name: string): Task {
  let end = (): void => undefined;
  let fail = (_error: Error): void => undefined;
  const ended = new Promise<void>((resolve, reject) => {
    end = resolve;
    fail = reject;
  });
  const work = (): Promise<void> => {
    started.push(name);
    return ended;
  };
  return { work, end: () => end(), fail: (error) => fail(error) };
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a task starts when any of the tasks in flight has ended', async () => {
  const inFlight = new InFlight(2);
  const started: string[] = [];
  const [a, b, c] = [task(started, 'a'), task(started, 'b'), task(started, 'c')];
  await inFlight.add(a.work);
  await inFlight.add(b.work);
  const third = inFlight.add(c.work);
  await settle();
  expect(started).toEqual(['a', 'b']);
  b.end();
  await third;
  expect(started).toEqual(['a', 'b', 'c']);
  a.end();
  c.end();
  await inFlight.drain();
});

test('after an error no task starts; drain waits for the tasks in flight and throws the first error', async () => {
  const inFlight = new InFlight(2);
  const started: string[] = [];
  const [a, b, c] = [task(started, 'a'), task(started, 'b'), task(started, 'c')];
  await inFlight.add(a.work);
  await inFlight.add(b.work);
  const first = new Error('first');
  a.fail(first);
  await expect(inFlight.add(c.work)).rejects.toBe(first);
  expect(started).toEqual(['a', 'b']);
  let drained = false;
  const drain = inFlight.drain().finally(() => (drained = true));
  drain.catch(() => undefined);
  await settle();
  expect(drained).toBe(false);
  b.fail(new Error('second'));
  await expect(drain).rejects.toBe(first);
});

test('settle waits for the tasks in flight without throwing', async () => {
  const inFlight = new InFlight(1);
  const only = task([], 'only');
  await inFlight.add(only.work);
  only.fail(new Error('no'));
  await expect(inFlight.settle()).resolves.toBeUndefined();
});
