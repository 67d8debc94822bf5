import { Silence } from './silence';

const socket = (bytesRead = 0, bytesWritten = 0) => ({ bytesRead, bytesWritten });

/** Checks the sockets of `at` once a second and returns the last result. */
function lookFor(seconds: number, at: (second: number) => readonly ReturnType<typeof socket>[]): number | null {
  const silence = new Silence();
  let last: number | null = null;
  for (let second = 0; second <= seconds; second += 1) last = silence.check(at(second), second * 1_000);
  return last;
}

test('without requests in flight there is no silence', () => {
  expect(lookFor(60, () => [])).toBeNull();
});

test('the silence of a waiting request counts from its start', () => {
  const waiting = socket(0, 900);
  expect(lookFor(40, (second) => (second < 10 ? [] : [waiting]))).toBe(30_000);
});

test('one download with progress ends the silence of all connections', () => {
  const [stuck, moving] = [socket(), socket()];
  expect(
    lookFor(60, () => {
      moving.bytesRead += 1_000;
      return [stuck, moving];
    }),
  ).toBe(0);
});

test('an upload with progress ends the silence of the waiting download', () => {
  const [resting, upload] = [socket(5_000), socket()];
  expect(
    lookFor(60, () => {
      upload.bytesWritten += 1024 * 1024;
      return [resting, upload];
    }),
  ).toBe(0);
});

test('further requests without response do not end the silence', () => {
  const sockets = [socket(0, 800)];
  expect(
    lookFor(60, () => {
      sockets.push(socket(0, 800));
      return sockets;
    }),
  ).toBe(60_000);
});

test('a time without checks does not count as silence', () => {
  const silence = new Silence();
  const waiting = socket();
  silence.check([waiting], 0);
  silence.check([waiting], 1_000);
  expect(silence.check([waiting], 600_000)).toBe(0);
});

test('the silence ends when no request is in flight', () => {
  const waiting = socket();
  expect(lookFor(60, (second) => (second === 55 ? [] : [waiting]))).toBe(4_000);
});
