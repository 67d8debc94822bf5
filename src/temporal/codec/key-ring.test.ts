import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TemporalSettingsError } from '../errors';
import { parseKeyRing, readKeyRing } from './key-ring';

const base64 = (byte: number, length = 32): string => Buffer.alloc(length, byte).toString('base64');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'keys-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function fileOf(text: string, mode: number): string {
  const file = join(folder, 'keys');
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
}

test('the first key encrypts, and all are there', () => {
  const ring = readKeyRing(fileOf(`# ours\n\n2026-11 ${base64(2)}\r\n  2026-05\t${base64(1)}\n`, 0o600));
  expect(ring.currentId).toBe('2026-11');
  expect([...ring.keys]).toEqual([
    ['2026-11', Buffer.alloc(32, 2)],
    ['2026-05', Buffer.alloc(32, 1)],
  ]);
});

test.each([
  ['a short key', `a ${base64(1, 31)}`, 'Line 1'],
  ['a long key', `a ${base64(1, 33)}`, 'Line 1'],
  ['no key', 'a', 'Line 1'],
  ['a key without an id', `# first\n${base64(1)}`, 'Line 2'],
  ['an id of other signs', `a/b ${base64(1)}`, 'Line 1'],
  ['a third word', `a ${base64(1)} x`, 'Line 1'],
  ['base64 of URLs', `a ${'-'.repeat(43)}=`, 'Line 1'],
])('%s is refused without being quoted', (_name, text, line) => {
  const error = refusal(() => parseKeyRing(text, 'FILE'));
  expect(error).toBe(`${line} of the payload keys in FILE is not "<key id> <base64 of 32 bytes>".`);
});

test('one id for two keys is refused, and a file without a key', () => {
  expect(refusal(() => parseKeyRing(`a ${base64(1)}\na ${base64(2)}`, 'FILE'))).toMatch(/^Line 2 .* the id a to a/);
  expect(refusal(() => parseKeyRing('# none\n', 'FILE'))).toBe('No payload key in FILE.');
});

test.each([0o604, 0o640, 0o644, 0o620])('a file of mode %o is refused', (mode) => {
  const file = fileOf(`a ${base64(1)}`, mode);
  expect(refusal(() => readKeyRing(file))).toBe(
    `The payload key file in GLACIER_TRANSFER_PAYLOAD_KEYS (${file}) cannot be used: ` +
      'other users can access it; run chmod 600 on it.',
  );
});

test('a missing file and a folder are named', () => {
  expect(refusal(() => readKeyRing('/nowhere/keys'))).toMatch(/\(\/nowhere\/keys\) cannot be used: ENOENT/);
  chmodSync(folder, 0o700);
  expect(refusal(() => readKeyRing(folder))).toMatch(/EISDIR/);
});

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof TemporalSettingsError) return error.message;
    throw error;
  }
  throw new Error('it was taken');
}
