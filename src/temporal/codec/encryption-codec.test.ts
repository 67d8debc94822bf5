import type { Payload } from '@temporalio/common';
import * as fc from 'fast-check';
import { propertyRuns } from '../../../test/support/property-runs';
import { EncryptionCodec } from './encryption-codec';

const key = (byte: number): Buffer => Buffer.alloc(32, byte);
const codecOf = (...ids: readonly [string, number][]): EncryptionCodec =>
  new EncryptionCodec({ currentId: ids[0]?.[0] ?? '', keys: new Map(ids.map(([id, byte]) => [id, key(byte)])) });

const SECRET: Payload = {
  metadata: { encoding: Buffer.from('json/plain'), other: Buffer.from([0, 255]) },
  data: Buffer.from('"photos/2019"'),
};
const codec = codecOf(['old', 1]);
const encrypted = async (): Promise<Payload> => (await codec.encode([SECRET]))[0] as Payload;
const bytesOf = ({ metadata, data }: Payload) => ({
  metadata: Object.fromEntries(Object.entries(metadata ?? {}).map(([name, value]) => [name, [...value]])),
  data: [...(data ?? [])],
});

test('what is encrypted names its key, shows nothing of the payload, and comes back whole', async () => {
  const payload = await encrypted();
  expect(Buffer.from(payload.metadata?.['encoding'] ?? []).toString()).toBe('binary/encrypted');
  expect(Buffer.from(payload.metadata?.['encryption-key-id'] ?? []).toString()).toBe('old');
  expect(payload.metadata?.['encryption-iv']).toHaveLength(12);
  const shown = Buffer.concat([...Object.values(payload.metadata ?? {}), payload.data ?? Buffer.of()]);
  for (const text of ['photos', '2019', 'json/plain', 'other']) expect(shown.includes(text)).toBe(false);
  const [decoded] = await codec.decode([payload]);
  expect(bytesOf(decoded as Payload)).toEqual(bytesOf(SECRET));
});

test('the same payload looks different each time', async () => {
  const [first, second] = await codec.encode([SECRET, SECRET]);
  expect(bytesOf(first as Payload)).not.toEqual(bytesOf(second as Payload));
  expect(first?.metadata?.['encryption-iv']).not.toEqual(second?.metadata?.['encryption-iv']);
});

test('a new key on top encrypts; the old one still decrypts', async () => {
  const old = await encrypted();
  const rotated = codecOf(['new', 2], ['old', 1]);
  const [fresh] = await rotated.encode([SECRET]);
  expect(Buffer.from(fresh?.metadata?.['encryption-key-id'] ?? []).toString()).toBe('new');
  const decoded = await rotated.decode([old, fresh as Payload]);
  expect(decoded.map(bytesOf)).toEqual([bytesOf(SECRET), bytesOf(SECRET)]);
  await expect(codec.decode([fresh as Payload])).rejects.toThrow(
    'A payload is encrypted with the key "new", which is not in the payload key file: add it there.',
  );
});

test('payloads in clear, and those without metadata, are decoded as they are', async () => {
  const bare: Payload = { data: Buffer.from('x') };
  expect(await codec.decode([SECRET, bare, {}])).toEqual([SECRET, bare, {}]);
  expect(await codec.decode([])).toEqual([]);
});

test('another key of the same id is refused', async () => {
  await expect(codecOf(['old', 9]).decode([await encrypted()])).rejects.toThrow(/the key old was modified/);
});

const REFUSED = /was modified|not in the payload key file/;

test('a change of any byte is refused: ciphertext, tag, IV and key id', async () => {
  const payload = await encrypted();
  const data = payload.data ?? Buffer.of();
  for (let position = 0; position < data.length; position += 1) {
    await expect(codec.decode([{ ...payload, data: flipped(data, position) }])).rejects.toThrow(REFUSED);
  }
  for (const name of ['encryption-iv', 'encryption-key-id']) {
    const value = payload.metadata?.[name] ?? Buffer.of();
    for (let position = 0; position < value.length; position += 1) {
      const metadata = { ...payload.metadata, [name]: flipped(value, position) };
      await expect(codec.decode([{ ...payload, metadata }])).rejects.toThrow(REFUSED);
    }
  }
});

test('the key id is authenticated: a copy of the key under another id does not do', async () => {
  const payload = await encrypted();
  const metadata = { ...payload.metadata, 'encryption-key-id': Buffer.from('twin') };
  await expect(codecOf(['twin', 1]).decode([{ ...payload, metadata }])).rejects.toThrow(REFUSED);
});

test.each([0, 1, 15, 16, 17])('data cut to %i bytes, and a missing IV, are refused', async (length) => {
  const payload = await encrypted();
  const cut = { ...payload, data: (payload.data ?? Buffer.of()).subarray(0, length) };
  await expect(codec.decode([cut])).rejects.toThrow(REFUSED);
  const { 'encryption-iv': _iv, ...metadata } = payload.metadata ?? {};
  await expect(codec.decode([{ ...payload, metadata }])).rejects.toThrow(REFUSED);
  await expect(codec.decode([{ metadata: { encoding: Buffer.from('binary/encrypted') } }])).rejects.toThrow(REFUSED);
});

test('whatever goes in comes out', async () => {
  const payloads = fc.array(
    fc.record({
      metadata: fc.dictionary(fc.string(), fc.uint8Array(), { noNullPrototype: true }),
      data: fc.uint8Array({ minLength: 1, maxLength: 4_096 }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(payloads, async (given) => {
      fc.pre(given.every(({ metadata }) => !Object.hasOwn(metadata, '__proto__')));
      const decoded = await codec.decode(await codec.encode(given));
      expect(decoded.map(bytesOf)).toEqual(given.map(bytesOf));
    }),
    { numRuns: propertyRuns(100) },
  );
});

function flipped(bytes: Uint8Array, position: number): Uint8Array {
  const changed = Buffer.from(bytes);
  changed[position] = (changed[position] ?? 0) ^ 1;
  return changed;
}
