import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { bytesOf, startActivityBench } from '../../test/support/activity-bench';
import { SETTINGS } from '../../test/support/samples';
import { getJobOutput } from '../aws/glacier-jobs';
import { BodyReader } from './body-reader';

/** The bytes in chunks of these lengths, including empty ones. */
function* cut(bytes: Buffer, lengths: readonly number[]): Generator<Buffer> {
  let at = 0;
  for (const length of lengths) {
    yield bytes.subarray(at, at + length);
    at += length;
  }
  yield bytes.subarray(at);
}
const bodyOf = (bytes: Buffer, lengths: readonly number[] = []): Readable =>
  Readable.from(cut(bytes, lengths), { objectMode: false });

test('a body is read in order into targets of any size, however it is chunked', async () => {
  const lengths = fc.array(fc.nat(40), { maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), lengths, lengths, async (array, chunks, wanted) => {
      const bytes = Buffer.from(array);
      const reader = new BodyReader(bodyOf(bytes, chunks));
      const read: Buffer[] = [];
      let left = bytes.length;
      for (const length of [...wanted, Infinity]) {
        const target = Buffer.alloc(Math.min(length, left));
        await reader.fill(target);
        read.push(target);
        left -= target.length;
      }
      await reader.finish();
      reader.close();
      expect(Buffer.concat(read).equals(bytes)).toBe(true);
    }),
  );
});

test('a short body fails with the number of missing bytes', async () => {
  const reader = new BodyReader(bodyOf(Buffer.from('abc')));
  await expect(reader.fill(Buffer.alloc(5))).rejects.toMatchObject({
    name: 'WrongLength',
    message: 'the body ended 2 bytes early',
  });
  reader.close();
});

test.each([[[]], [[3]]])('a body that continues after its end fails, chunked as %p', async (lengths) => {
  const reader = new BodyReader(bodyOf(Buffer.from('abcd'), lengths));
  await reader.fill(Buffer.alloc(3));
  await expect(reader.finish()).rejects.toMatchObject({ name: 'WrongLength' });
  reader.close();
});

test('a broken body fails with its original error', async () => {
  const body = new Readable({ read: () => undefined });
  const reader = new BodyReader(body);
  const filled = reader.fill(Buffer.alloc(2));
  body.push('a');
  body.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
  await expect(filled).rejects.toMatchObject({ code: 'ECONNRESET' });
  reader.close();
});

test('a body that breaks between reads fails the next read, not the process', async () => {
  const body = new Readable({ read: () => undefined });
  const reader = new BodyReader(body);
  body.destroy();
  await expect(reader.fill(Buffer.alloc(1))).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  reader.close();
});

describe('the stall detection of a body reader', () => {
  const PATIENCE = { waitMs: 40_000, minBytes: 10 };
  let body: Readable;
  let reader: BodyReader;
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
    body = new Readable({ read: () => undefined });
    reader = new BodyReader(body, PATIENCE);
  });
  afterEach(() => {
    reader.close();
    jest.useRealTimers();
  });
  const read = (sizeBytes: number): Promise<unknown> =>
    reader.fill(Buffer.alloc(sizeBytes)).catch((error: unknown) => error);
  /** This many bytes, one at a time, each after this delay. */
  async function trickle(bytes: number, everyMs: number): Promise<void> {
    for (let sent = 0; sent < bytes && !body.destroyed; sent += 1) {
      await jest.advanceTimersByTimeAsync(everyMs);
      body.push('a');
    }
    await jest.advanceTimersByTimeAsync(0);
  }

  test('counts only the time spent waiting for bytes', async () => {
    body.push('a');
    await read(1);
    await jest.advanceTimersByTimeAsync(200_000);
    expect(body.destroyed).toBe(false);
    const stalled = read(1);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await stalled).toMatchObject({ name: 'Stalled', message: '1 bytes arrived in 40 s, less than 10' });
  });

  test('fails a body that trickles for ever', async () => {
    const stalled = read(1_000);
    await trickle(1_000, 5_000);
    expect(await stalled).toMatchObject({ name: 'Stalled', message: expect.stringMatching(/^[78] bytes arrived/) });
  });

  test('does not fail a slow body above the minimum rate', async () => {
    const filled = read(100);
    await trickle(100, 3_000);
    expect(await filled).toBeUndefined();
  });

  test('treats the tenth slow phase like the first if the reader pauses between them', async () => {
    for (let spell = 0; spell < 10; spell += 1) {
      const filled = read(3);
      await trickle(3, 3_000);
      expect(await filled).toBeUndefined();
      await jest.advanceTimersByTimeAsync(100_000);
    }
  });
});

test("a job's output that trickles is aborted", async () => {
  const bench = await startActivityBench();
  try {
    const sizeBytes = 1_000_000;
    const jobId = await bench.readyJob(await bench.archive(0, bytesOf('slow', sizeBytes)));
    bench.sandbox.faults.add({ rules: [{ fault: 'slow', on: 'glacier:GetJobOutput', bytesPerSecond: 1_000 }] });
    const bytes = { startByte: 0, endByte: sizeBytes, totalBytes: sizeBytes };
    const never = new AbortController().signal;
    const { body } = await getJobOutput(bench.clients.glacier, SETTINGS, jobId, bytes, never);
    const reader = new BodyReader(body, { waitMs: 300, minBytes: 64 * 1024 });
    await expect(reader.fill(Buffer.alloc(sizeBytes))).rejects.toMatchObject({ name: 'Stalled' });
    reader.close();
  } finally {
    await bench.close();
  }
});

test('closing a body reader destroys the body', () => {
  const body = new Readable({ read: () => undefined });
  new BodyReader(body).close();
  expect(body.destroyed).toBe(true);
});
