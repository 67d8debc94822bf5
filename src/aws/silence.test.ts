import { Silence } from './silence';

const socket = (bytesRead = 0, bytesWritten = 0) => ({ bytesRead, bytesWritten });

/** Looks once a second at what `at` gives, and returns the last answer. */
function lookFor(seconds: number, at: (second: number) => readonly ReturnType<typeof socket>[]): number | null {
  const silence = new Silence();
  let last: number | null = null;
  for (let second = 0; second <= seconds; second += 1) last = silence.look(at(second), second * 1_000);
  return last;
}

test('no connection carries a request: nothing is said', () => {
  expect(lookFor(60, () => [])).toBeNull();
});

test('a request that waits for its answer counts from its beginning', () => {
  const waiting = socket(0, 900);
  expect(lookFor(40, (second) => (second < 10 ? [] : [waiting]))).toBe(30_000);
});

test('one download that goes on breaks the silence of all', () => {
  const [stuck, moving] = [socket(), socket()];
  expect(
    lookFor(60, () => {
      moving.bytesRead += 1_000;
      return [stuck, moving];
    }),
  ).toBe(0);
});

test('an upload that goes on does so too: the download before it rests meanwhile', () => {
  const [resting, upload] = [socket(5_000), socket()];
  expect(
    lookFor(60, () => {
      upload.bytesWritten += 1024 * 1024;
      return [resting, upload];
    }),
  ).toBe(0);
});

test('further requests that are sent into the silence do not break it', () => {
  const sockets = [socket(0, 800)];
  expect(
    lookFor(60, () => {
      sockets.push(socket(0, 800));
      return sockets;
    }),
  ).toBe(60_000);
});

test('of a time when nobody looked nothing is said', () => {
  const silence = new Silence();
  const waiting = socket();
  silence.look([waiting], 0);
  silence.look([waiting], 1_000);
  expect(silence.look([waiting], 600_000)).toBe(0);
});

test('the end of all requests ends the silence', () => {
  const waiting = socket();
  expect(lookFor(60, (second) => (second === 55 ? [] : [waiting]))).toBe(4_000);
});
