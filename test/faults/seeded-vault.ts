import { CreateMultipartUploadCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { AwsClients } from '../../src/aws/clients';
import { type BucketPlace, readObjects, readUploads } from '../oracle/read/bucket';
import { readSeed } from '../oracle/read/seed';
import type { Planted, SeededRow } from '../oracle/world';
import { BUCKET, VAULT, type Stack } from '../support/stack';

/** Foreign objects whose bytes the sandbox keeps. */
const FOREIGN = 'foreign/';
const MOST_IN_PARTS = 40;

/** Objects whose bytes the sandbox keeps: the files of runs, and foreign objects. */
export const KEPT_PREFIXES = ['.glacier-transfer/', FOREIGN];

export const placeOf = ({ s3 }: AwsClients): BucketPlace => ({ s3, bucket: BUCKET, keptPrefix: FOREIGN });

/** Fills the vault: mostly small archives, some with a workflow of their own, a few in parts; names of every kind. */
export async function fillVault({ sandbox, clients }: Stack, seed: string, count: number): Promise<SeededRow[]> {
  const inParts = Math.min(0.008 * count, MOST_IN_PARTS);
  await sandbox.seed(VAULT, {
    seed,
    count,
    sizes: [
      { weight: 0.97 * count, from: '1B', to: '64KiB', spread: 'log-uniform' },
      { weight: 0.022 * count, from: '1MiB', to: '6MiB' },
      { weight: inParts, from: '65MiB', to: '200MiB' },
    ],
    names: { plain: 6, 'fastglacier-v4': 2, cloudberry: 1, qnap: 1, blank: 1, unreadable: 1, hostile: 1 },
    duplicates: 0.05,
  });
  return await readSeed(clients.glacier, VAULT);
}

/** Puts foreign objects and uploads into the bucket, among them an object under the key of one of the archives. */
export async function plantForeign(clients: AwsClients, rows: readonly SeededRow[]): Promise<Planted> {
  const { s3 } = clients;
  const wanted = takenKey(rows);
  for (const Key of [`${FOREIGN}notes.txt`, ...(wanted === null ? [] : [wanted])])
    await s3.send(
      new PutObjectCommand({ Bucket: BUCKET, Key, Body: `foreign object ${Key}`, ChecksumAlgorithm: 'CRC32' }),
    );
  for (const Key of [`${FOREIGN}film.mov`, ...(wanted === null ? [] : [wanted])])
    await s3.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key }));
  const place = placeOf(clients);
  return { objects: await readObjects(place), uploads: await readUploads(place) };
}

/** The description of an archive that is its key as it stands, and no other's. */
function takenKey(rows: readonly SeededRow[]): string | null {
  const plain = rows.filter(({ description }) => /^[a-z][a-z0-9/_-]+\.[a-z0-9]+$/i.test(description));
  const alone = plain.find(
    ({ description }) => rows.filter((row) => row.description.includes(description)).length === 1,
  );
  return alone?.description ?? null;
}
