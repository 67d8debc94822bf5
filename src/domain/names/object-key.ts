import { CONTROL_ROOT } from '../../ids';
import type { NameFormat } from '../../wire/inventory';
import type { DecodeMode } from '../../wire/request';
import { blankName } from './decoder';
import { nameArchive } from './name-archive';
import { shortenName } from './safe-name';

/** S3's limit, in bytes of UTF-8. */
export const MAX_KEY_BYTES = 1024;

/**
 * Reserved for `-<CreationDate>-<n>` in every key, so that shortening a name does not depend on which other archives share it.
 * A date takes at most 30 bytes, the number at most 16.
 */
export const DUPLICATE_SUFFIX_BYTES = 48;

/** Leaves room for any archive's name, at least its id. */
export const MAX_PREFIX_BYTES = 512;

/** Folder for names that would give a reserved key. */
const RESERVED_NAMES = '00reserved/';

/**
 * Checks a key prefix once, before it is used.
 * @throws RangeError when it is too long, or is inside the folder for the files of runs
 */
export function assertKeyPrefix(prefix: string): void {
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) {
    throw new RangeError(`the key prefix is longer than ${MAX_PREFIX_BYTES} bytes`);
  }
  if (prefix.startsWith(CONTROL_ROOT)) {
    throw new RangeError(`the key prefix is inside ${CONTROL_ROOT}, which is reserved for the files of runs`);
  }
}

/**
 * The object key of an archive, before keys are made unique: a valid S3 key that never lies in {@link CONTROL_ROOT}.
 * @param prefix prepended to the name unchanged; see {@link assertKeyPrefix}
 * @param description raw archive description, untrusted
 * @param decode which description formats to try
 */
export function objectKey(
  prefix: string,
  description: string,
  archiveId: string,
  decode: DecodeMode,
): { key: string; nameFormat: NameFormat } {
  const { name, format } = nameArchive(description, archiveId, decode);
  const room = MAX_KEY_BYTES - DUPLICATE_SUFFIX_BYTES - Buffer.byteLength(prefix);
  const fitting = shortenName(name, room);
  // A dot, a thousand spaces and a letter: the shortened name is blank.
  if (fitting === '') return { key: prefix + blankName(archiveId), nameFormat: 'blank' };
  // Check the whole key: a prefix may end in the middle of a folder name.
  const placed = isReserved(prefix + fitting) ? shortenName(RESERVED_NAMES + fitting, room) : fitting;
  return { key: prefix + placed, nameFormat: format };
}

/** In the folder of runs, or the one key that S3 does not accept in virtual-hosted-style requests. */
const isReserved = (key: string): boolean => key.startsWith(CONTROL_ROOT) || key === 'soap';
