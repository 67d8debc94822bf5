import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { GetObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import type { Account, Claim, Paper } from '../world';
import { RUNS_FOLDER } from './bucket';

/** All files of a run's own folder. */
export async function readRunFiles(s3: S3Client, bucket: string, run: string): Promise<Paper[]> {
  const files: Paper[] = [];
  const Prefix = `${RUNS_FOLDER}${run}/`;
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix })) {
    for (const { Key = '' } of Contents) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      files.push({ name: Key.slice(Prefix.length), bytes: await buffer(Body as Readable) });
    }
  }
  return files;
}

/** The lines of all files below receipts/. */
export const claimsIn = (files: readonly Paper[]): Claim[] =>
  files
    .filter(({ name }) => name.startsWith('receipts/'))
    .flatMap(({ name, bytes }) =>
      bytes
        .toString('utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => ({ ...(JSON.parse(line) as Omit<Claim, 'file'>), file: name })),
    );

export function summaryIn(files: readonly Paper[]): Account | null {
  const file = files.find(({ name }) => name === 'summary.json');
  return file === undefined ? null : (JSON.parse(file.bytes.toString('utf8')) as Account);
}
