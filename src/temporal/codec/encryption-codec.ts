import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { TemporalSettingsError } from '../errors';
import type { KeyRing } from './key-ring';

const PayloadMessage = temporal.api.common.v1.Payload;
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

const ENCRYPTED = 'binary/encrypted';
const ENCODING = 'encoding';
const KEY_ID = 'encryption-key-id';
const IV = 'encryption-iv';

/**
 * Encrypts payloads with AES-256-GCM. The original payload is wrapped in one whose metadata hold encoding,
 * key id and IV, and whose data are the ciphertext and its tag; encoding and key id are authenticated. Payloads that are not
 * encrypted are passed through, so a run that was started without encryption continues.
 */
export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly keyRing: KeyRing) {}

  async encode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => this.encrypt(payload));
  }

  /** @throws {TemporalSettingsError} when a payload's key is not in the file, or the payload was modified */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isEncrypted(payload) ? this.decrypt(payload) : payload));
  }

  private encrypt(payload: Payload): Payload {
    const keyId = this.keyRing.currentId;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.key(keyId), iv).setAAD(authenticated(keyId));
    const plain = PayloadMessage.encode(payload).finish();
    const data = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    return { metadata: { [ENCODING]: Buffer.from(ENCRYPTED), [KEY_ID]: Buffer.from(keyId), [IV]: iv }, data };
  }

  private decrypt(payload: Payload): Payload {
    const keyId = textOf(payload, KEY_ID);
    const key = this.key(keyId);
    const data = payload.data ?? new Uint8Array();
    const tagStart = Math.max(0, data.length - TAG_BYTES);
    try {
      const decipher = createDecipheriv(CIPHER, key, payload.metadata?.[IV] ?? new Uint8Array(), {
        authTagLength: TAG_BYTES,
      })
        .setAAD(authenticated(keyId))
        .setAuthTag(data.subarray(tagStart));
      const plain = Buffer.concat([decipher.update(data.subarray(0, tagStart)), decipher.final()]);
      return PayloadMessage.decode(plain);
    } catch {
      throw new TemporalSettingsError(
        `A payload encrypted with the key ${keyId} was modified, or the key with that id is a different one: ` +
          'it is not used. Put the key it was made with back into the file of payload keys.',
      );
    }
  }

  private key(keyId: string): Buffer {
    const key = this.keyRing.keys.get(keyId);
    if (key !== undefined) return key;
    throw new TemporalSettingsError(
      `A payload is encrypted with the key ${JSON.stringify(keyId.slice(0, 64))}, which is not in the payload key file: add it there.`,
    );
  }
}

/** Whether a payload was encrypted by {@link EncryptionCodec}. */
export const isEncrypted = (payload: Payload): boolean => textOf(payload, ENCODING) === ENCRYPTED;

const authenticated = (keyId: string): Buffer => Buffer.from(`${ENCRYPTED}\0${keyId}`);

const textOf = (payload: Payload, name: string): string => Buffer.from(payload.metadata?.[name] ?? []).toString();
