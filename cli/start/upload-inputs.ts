import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseVaultArn } from '../../src/aws/arn';
import { putFile } from '../../src/run-folder/run-files';
import { inputKey, type InputKind } from '../../src/ids';
import type { TransferRequest } from '../../src/wire/request';
import { withAws, type CliContext } from '../context';
import { usageError } from '../exit-codes';
import { safeText } from '../text/format';
import { findVault } from '../vault';
import type { SelectionOptions } from './selection-options';

/** Hexadecimal digits of a file's SHA-256 in its name. */
const HASH_DIGITS = 16;
const STANDARD_INPUT = '-';

/** A file to put into the run's folder. */
interface Input {
  readonly path: string;
  readonly key: string;
}

/** The options that name a file: a path, `-` for standard input, or s3://bucket/key. */
export interface GivenFiles extends Pick<SelectionOptions, 'idsFrom' | 'namesFrom'> {
  readonly inventory?: string;
}

/**
 * Uploads the files of `--inventory`, `--ids-from` and `--names-from` to the run's folder, where workers on any machine
 * can read them, under a name derived from the content, so that the same command makes the same request again. Files
 * already in S3 stay where they are. A request names objects only: no worker opens a local file for it.
 * @returns the request, with the addresses of the files
 * @throws CliError with the usage code when a file cannot be read; nothing has been uploaded then
 */
export async function uploadInputs(
  context: CliContext,
  run: string,
  request: TransferRequest,
  { inventory, idsFrom, namesFrom }: GivenFiles,
  stdin: () => Readable = () => process.stdin,
): Promise<TransferRequest> {
  const given = [inventory, idsFrom, namesFrom].filter((file) => file !== undefined);
  if (given.length === 0) return request;
  if (given.filter((file) => file === STANDARD_INPUT).length > 1) {
    throw usageError('Only one option can read standard input (-). Nothing was started.');
  }
  const folder = await mkdtemp(join(tmpdir(), 'glacier-transfer-'));
  try {
    const inputs: Input[] = [];
    const place = async (kind: InputKind, file: string): Promise<string> => {
      if (file.startsWith('s3://')) return file;
      const path = file === STANDARD_INPUT ? join(folder, kind) : file;
      if (file === STANDARD_INPUT) await pipeline(stdin(), createWriteStream(path, { mode: 0o600 }));
      const key = inputKey(run, kind, await hashOf(path));
      inputs.push({ path, key });
      return `s3://${request.bucket}/${key}`;
    };
    const placed: TransferRequest = {
      ...request,
      ...(inventory === undefined ? {} : { inventory: await place('inventory', inventory) }),
      ...(namesFrom === undefined ? {} : { names: await place('names', namesFrom) }),
      ...(idsFrom === undefined ? {} : { filter: { ...request.filter, idsFrom: await place('ids', idsFrom) } }),
    };
    if (inputs.length > 0) await putInputs(context, request, inputs);
    return placed;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** First digits of the SHA-256 of a file's content. */
async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  try {
    await pipeline(createReadStream(path), hash);
  } catch (error) {
    throw usageError(`The file ${safeText(path)} cannot be read: ${safeText(String(error))}. Nothing was started.`);
  }
  return hash.digest('hex').slice(0, HASH_DIGITS);
}

async function putInputs(context: CliContext, request: TransferRequest, inputs: readonly Input[]): Promise<void> {
  await withAws(context, async (aws) => {
    // Names may be confidential: the bucket must belong to the account that the run will require.
    const bucketOwner = request.bucketOwner ?? parseVaultArn(await findVault(aws, request.vault)).accountId;
    for (const { path, key } of inputs) await putFile(aws.s3, { bucket: request.bucket, bucketOwner }, key, path);
  });
}
