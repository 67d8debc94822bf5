import { Readable } from 'node:stream';
import * as fc from 'fast-check';
import { BodyReader } from './body-reader';

/** The bytes in pieces of these lengths; empty ones, too. */
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

test('however a body is cut, the targets are filled with its bytes in order', async () => {
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

test('a short body says how many bytes are missing', async () => {
  const reader = new BodyReader(bodyOf(Buffer.from('abc')));
  await expect(reader.fill(Buffer.alloc(5))).rejects.toMatchObject({
    name: 'WrongLength',
    message: 'the body ended 2 bytes early',
  });
  reader.close();
});

test.each([[[]], [[3]]])('a body that goes on is refused, cut as %p', async (lengths) => {
  const reader = new BodyReader(bodyOf(Buffer.from('abcd'), lengths));
  await reader.fill(Buffer.alloc(3));
  await expect(reader.finish()).rejects.toMatchObject({ name: 'WrongLength' });
  reader.close();
});

test('a broken body fails with its own error', async () => {
  const body = new Readable({ read: () => undefined });
  const reader = new BodyReader(body);
  const filled = reader.fill(Buffer.alloc(2));
  body.push('a');
  body.destroy(Object.assign(new Error('reset'), { code: 'ECONNRESET' }));
  await expect(filled).rejects.toMatchObject({ code: 'ECONNRESET' });
  reader.close();
});

test('a body that breaks while nobody reads fails the next read, not the process', async () => {
  const body = new Readable({ read: () => undefined });
  const reader = new BodyReader(body);
  body.destroy();
  await expect(reader.fill(Buffer.alloc(1))).rejects.toMatchObject({ code: 'ERR_STREAM_PREMATURE_CLOSE' });
  reader.close();
});

test('a stall counts only while bytes are waited for', async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate'] });
  try {
    const body = new Readable({ read: () => undefined });
    const reader = new BodyReader(body, 40_000);
    body.push('a');
    await reader.fill(Buffer.alloc(1));
    await jest.advanceTimersByTimeAsync(200_000);
    expect(body.destroyed).toBe(false);
    const stalled = reader.fill(Buffer.alloc(1)).catch((error: unknown) => error);
    await jest.advanceTimersByTimeAsync(60_000);
    expect(await stalled).toMatchObject({ name: 'Stalled', message: 'no byte came for 40 s' });
    reader.close();
  } finally {
    jest.useRealTimers();
  }
});

test('closing lets go of the body', () => {
  const body = new Readable({ read: () => undefined });
  new BodyReader(body).close();
  expect(body.destroyed).toBe(true);
});
