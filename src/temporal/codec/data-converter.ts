import { join } from 'node:path';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { TemporalSettingsError } from '../errors';
import { EncryptionCodec, isEncrypted } from './encryption-codec';
import { PAYLOAD_KEYS_VARIABLE, readKeyRing } from './key-ring';

/** Also what the bundle of the workflows is built with: see bundle-workflows.ts. */
export const failureConverterPath = join(__dirname, 'failure-converter');

/**
 * The codec if the user has enabled it with a key file, or null.
 * @throws {TemporalSettingsError}
 */
export function configuredCodec(): EncryptionCodec | null {
  const file = process.env[PAYLOAD_KEYS_VARIABLE] ?? '';
  return file === '' ? null : new EncryptionCodec(readKeyRing(file));
}

/** The data converter of every client and worker. @throws {TemporalSettingsError} */
export function configuredDataConverter(): DataConverter {
  const codec = configuredCodec();
  return codec === null ? { payloadCodecs: [keyless] } : { failureConverterPath, payloadCodecs: [codec] };
}

/** Passes payloads through, and reports why it cannot read encrypted ones. */
const keyless: PayloadCodec = {
  encode: async (payloads) => payloads,
  decode: async (payloads) => {
    if (payloads.some(isEncrypted)) {
      throw new TemporalSettingsError(`Payloads are encrypted: set ${PAYLOAD_KEYS_VARIABLE} to their key file.`);
    }
    return payloads;
  },
};
