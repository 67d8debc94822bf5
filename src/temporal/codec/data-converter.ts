import { join } from 'node:path';
import type { DataConverter, PayloadCodec } from '@temporalio/common';
import { TemporalSettingsError } from '../errors';
import { EncryptionCodec, isEncrypted } from './encryption-codec';
import { PAYLOAD_KEYS_VARIABLE, readKeyRing } from './key-ring';

/** Also what the bundle of the workflows is built with: see bundle-workflows.ts. */
export const failureConverterPath = join(__dirname, 'failure-converter');

/**
 * The codec that the user has turned on by naming a file of keys, or null.
 * @throws {TemporalSettingsError}
 */
export function configuredCodec(): EncryptionCodec | null {
  const file = process.env[PAYLOAD_KEYS_VARIABLE] ?? '';
  return file === '' ? null : new EncryptionCodec(readKeyRing(file));
}

/** What every client and every worker is given. @throws {TemporalSettingsError} */
export function configuredDataConverter(): DataConverter {
  const codec = configuredCodec();
  return codec === null ? { payloadCodecs: [keyless] } : { failureConverterPath, payloadCodecs: [codec] };
}

/** Leaves everything as it is, and says why it cannot read what somebody else has encrypted. */
const keyless: PayloadCodec = {
  encode: async (payloads) => payloads,
  decode: async (payloads) => {
    if (payloads.some(isEncrypted)) {
      throw new TemporalSettingsError(
        `Payloads are encrypted: name the file of their keys by ${PAYLOAD_KEYS_VARIABLE}.`,
      );
    }
    return payloads;
  },
};
