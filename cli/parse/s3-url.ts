import { CONTROL_ROOT } from '../../src/ids';
import { safeText } from '../text/format';
import { usageError } from '../exit-codes';

export interface Destination {
  readonly bucket: string;
  /** '' or a folder that ends in a slash. */
  readonly prefix: string;
}

/** Leaves room for names: an S3 key has at most 1,024 bytes. */
const MAX_PREFIX_BYTES = 512;

/** Bucket naming rules of general purpose buckets (Amazon S3 user guide). */
function isBucketName(text: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text) && !text.includes('..') && !/^\d+(\.\d+){3}$/.test(text);
}

/** @throws CliError with the usage code */
export function parseBucket(text: string): string {
  if (isBucketName(text)) return text;
  throw usageError(
    `"${safeText(text)}" is not a valid bucket name: use 3 to 63 of a-z 0-9 . -, starting and ending with a letter or a digit`,
  );
}

/**
 * `s3://bucket` or `s3://bucket/folder`, where the folder gets its last slash if it has none.
 * @throws CliError with the usage code and what is wrong
 */
export function parseDestination(text: string): Destination {
  const shown = safeText(text);
  const match = /^s3:\/\/([^/]*)(?:\/(.*))?$/s.exec(text);
  if (match === null) throw usageError(`"${shown}" is not a valid S3 URL: write it like s3://bucket/folder`);
  const bucket = parseBucket(match[1] ?? '');
  const folder = match[2] ?? '';
  if (folder === '') return { bucket, prefix: '' };
  const prefix = folder.endsWith('/') ? folder : `${folder}/`;
  const problem = prefixProblem(prefix);
  if (problem !== null) throw usageError(`"${shown}" cannot be the destination: ${problem}`);
  return { bucket, prefix };
}

function prefixProblem(prefix: string): string | null {
  if (/\p{C}/u.test(prefix)) return 'the folder contains control characters';
  if (
    prefix
      .split('/')
      .slice(0, -1)
      .some((part) => part === '' || part === '.' || part === '..')
  ) {
    return 'the folder has an empty part, "." or ".."';
  }
  if (prefix.startsWith(CONTROL_ROOT)) return `${CONTROL_ROOT} is reserved for the records of runs`;
  if (Buffer.byteLength(prefix) > MAX_PREFIX_BYTES) return `the folder is longer than ${MAX_PREFIX_BYTES} bytes`;
  return null;
}
