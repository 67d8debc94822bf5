import { readFileSync, statSync } from 'node:fs';
import { reasonOf } from '../../reason';
import { TemporalSettingsError } from '../errors';

/** Path of the key file. Keys are never passed in variables or flags. */
export const PAYLOAD_KEYS_VARIABLE = 'GLACIER_TRANSFER_PAYLOAD_KEYS';

const KEY_BYTES = 32;
const KEY_LINE = /^([A-Za-z0-9._-]{1,64})[ \t]+([A-Za-z0-9+/]{43}=)$/;
const OPEN_TO_OTHERS = 0o077;

/** Keys for payloads: the first in the file encrypts, all of them decrypt. */
export interface KeyRing {
  readonly currentId: string;
  readonly keys: ReadonlyMap<string, Buffer>;
}

/**
 * Reads a key file, which only its owner may access. On Windows, access rights are not checked.
 * @throws {TemporalSettingsError} without any of the file's contents in the message
 */
export function readKeyRing(file: string): KeyRing {
  let text: string;
  try {
    const { mode } = statSync(file);
    if (process.platform !== 'win32' && (mode & OPEN_TO_OTHERS) !== 0) {
      throw new Error('other users can access it; run chmod 600 on it');
    }
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new TemporalSettingsError(
      `The payload key file in ${PAYLOAD_KEYS_VARIABLE} (${file}) cannot be used: ${reasonOf(error)}.`,
    );
  }
  return parseKeyRing(text, file);
}

/**
 * One key per line, `<key id> <32 bytes in base64>`; empty lines and lines that start with # are skipped.
 * @param file named in the errors
 * @throws {TemporalSettingsError}
 */
export function parseKeyRing(text: string, file: string): KeyRing {
  const keys = new Map<string, Buffer>();
  for (const [position, raw] of text.split('\n').entries()) {
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const [, id = '', base64 = ''] = KEY_LINE.exec(line) ?? [];
    const key = Buffer.from(base64, 'base64');
    const refuse = (why: string): never => {
      throw new TemporalSettingsError(`Line ${position + 1} of the payload keys in ${file} ${why}.`);
    };
    if (key.length !== KEY_BYTES) refuse('is not "<key id> <base64 of 32 bytes>"');
    if (keys.has(id)) refuse(`gives the id ${id} to a second key`);
    keys.set(id, key);
  }
  const [currentId] = keys.keys();
  if (currentId === undefined) throw new TemporalSettingsError(`No payload key in ${file}.`);
  return { currentId, keys };
}
