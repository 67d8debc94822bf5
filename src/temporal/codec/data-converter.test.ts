import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { configuredCodec, configuredDataConverter } from './data-converter';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
const file = join(folder, 'keys');
writeFileSync(file, `a ${Buffer.alloc(32).toString('base64')}\n`, { mode: 0o600 });
beforeEach(() => {
  delete process.env['GLACIER_TRANSFER_PAYLOAD_KEYS'];
});
afterAll(() => {
  delete process.env['GLACIER_TRANSFER_PAYLOAD_KEYS'];
  rmSync(folder, { recursive: true });
});

const PLAIN = { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from('1') };

test('without a file of keys nothing is encrypted, and what is encrypted says what is missing', async () => {
  expect(configuredCodec()).toBeNull();
  const { payloadCodecs: [codec] = [], failureConverterPath } = configuredDataConverter();
  expect(failureConverterPath).toBeUndefined();
  expect(await codec?.encode([PLAIN])).toEqual([PLAIN]);
  expect(await codec?.decode([PLAIN, {}])).toEqual([PLAIN, {}]);
  const encrypted = { metadata: { encoding: Buffer.from('binary/encrypted') } };
  await expect(codec?.decode([encrypted])).rejects.toThrow(
    'Payloads are encrypted: set GLACIER_TRANSFER_PAYLOAD_KEYS to their key file.',
  );
});

test('with one, payloads are encrypted, and messages of failures are put into payloads', async () => {
  process.env['GLACIER_TRANSFER_PAYLOAD_KEYS'] = file;
  const { payloadCodecs: [codec] = [], failureConverterPath = '' } = configuredDataConverter();
  const encoded = await codec?.encode([PLAIN]);
  expect(encoded?.[0]?.metadata?.['encoding']?.toString()).toBe('binary/encrypted');
  const { failureConverter } = require(failureConverterPath) as typeof import('./failure-converter');
  const { message, encodedAttributes } = failureConverter.errorToFailure(new Error('secret'), {
    toPayload: (value: unknown) => ({ data: Buffer.from(JSON.stringify(value)) }),
    fromPayload: () => undefined,
  } as never);
  expect(message).toBe('Encoded failure');
  expect(Buffer.from(encodedAttributes?.data ?? []).toString()).toContain('"message":"secret"');
});
