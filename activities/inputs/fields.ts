import { z } from 'zod';
import { MAX_KEY_BYTES, MAX_PREFIX_BYTES } from '../../src/domain/names/object-key';
import { MAX_ARCHIVE_BYTES } from '../../src/domain/part-plan';
import { CONTROL_ROOT, RUN_NAME, RUN_NAME_RULE } from '../../src/ids';
import { ARCHIVE_ID } from '../../src/inventory/row';

/** Schemas of the values in requests, settings and the inputs of activities. */

export const count = z.int().nonnegative();
export const positiveCount = z.int().positive();
/** Milliseconds since 1970. */
export const instantMs = z.number().nonnegative().max(8.64e15);
export const instant = z.iso.datetime();
/** Bytes, where they may exceed a safe number. */
export const decimal = z.string().regex(/^\d{1,24}$/, 'bytes are a decimal string');
/** Text for people and of other tools, no longer than a Temporal message. */
export const freeText = z.string().max(2 ** 20);

export const runName = z.string().regex(RUN_NAME, RUN_NAME_RULE);
/** Six to nine digits in ids and keys. */
export const shardNumber = count.max(999_999_999);
export const archiveIndex = count.max(999_999_999);
export const batchNumber = count.max(999_999_999);

export const vaultName = z.string().regex(/^[A-Za-z0-9_.-]{1,255}$/, 'a vault name is 1 to 255 of A-Z a-z 0-9 _ . -');
export const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'a bucket name is 3 to 63 of a-z 0-9 . -');
export const accountId = z.string().regex(/^\d{12}$/, 'an account is 12 digits');
export const keyPrefix = z
  .string()
  .max(MAX_PREFIX_BYTES)
  .regex(
    /^(?!\/)(?!\.glacier-transfer\/)[^\p{C}]*$/u,
    'a prefix has no control characters, no leading slash, and is not .glacier-transfer/',
  );
/** An object that a request names. Never a path: no worker opens a local file because a request names it. */
export const s3Address = z
  .string()
  .max(1_100)
  .regex(
    /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[^\p{Cc}\p{Cs}]+$/u,
    'not of the form s3://bucket/key; "glacier-transfer start" uploads local files',
  );

export const archiveId = z.string().regex(ARCHIVE_ID, 'an archive id is 1 to 255 of A-Z a-z 0-9 _ -');
export const archiveBytes = positiveCount.max(MAX_ARCHIVE_BYTES);
export const treeHash = z.string().regex(/^[0-9a-f]{64}$/, 'a tree hash is 64 hexadecimal digits in lower case');
export const crc32 = count.max(2 ** 32 - 1);
export const crc32InBase64 = z.string().regex(/^[A-Za-z0-9+/]{6}==$/, 'a CRC32 is 4 bytes in base64');
/** An object in the destination: within S3's limit, and never a file of a run. */
export const objectKey = z
  .string()
  .min(1)
  .refine((key) => Buffer.byteLength(key) <= MAX_KEY_BYTES, `a key has at most ${MAX_KEY_BYTES} bytes`)
  .refine((key) => !key.startsWith(CONTROL_ROOT), `a key must not be in ${CONTROL_ROOT}`)
  .refine((key) => !/[\p{Cc}\p{Cs}]/u.test(key), 'a key has no control characters');

/** Glacier's ids have 92 characters of this alphabet (observed); they become part of a request path. */
export const jobId = z.string().regex(/^[A-Za-z0-9_-]{1,255}$/, 'a job id is 1 to 255 of A-Z a-z 0-9 _ -');
/** S3 specifies upload ids only as text. */
export const uploadId = z.string().regex(/^[\x21-\x7e]{1,1024}$/, 'an upload id is 1 to 1,024 printable characters');
