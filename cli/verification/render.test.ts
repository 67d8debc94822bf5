import { emptyTally } from '../../src/domain/tally';
import type { ArchiveRow } from '../../src/wire/inventory';
import type { Counts } from '../../src/wire/progress';
import type { Verification } from '../../src/verify/verify-archives';
import { testCli } from '../testing';
import { verificationRecord } from './record';
import { areWhole, mismatchMessage, renderVerification } from './render';
import { Reporter } from './reporter';

const found = (change: Partial<Verification> = {}): Verification => ({
  archives: 12,
  verified: 10,
  failed: 1,
  skipped: 0,
  withoutReceipt: 1,
  different: 0,
  readObjects: 2,
  readBytes: 2048n,
  archivedObjects: 3,
  otherClass: 1,
  proofs: { sha256: 6, 'read-back': 2, crc32: 1, metadata: 1 },
  ...change,
});
const counts = (total: number, verified: number): Counts => ({ ...emptyTally().archives, total, verified });
const difference = (key: string) => ({
  row: { key, archiveId: 'id', index: 0 } as ArchiveRow,
  findings: [{ kind: 'size', message: 'the size is 1 instead of 2' }] as const,
});

test('verify summarizes what was checked and what was not', () => {
  expect(renderVerification('photos-1', found(), counts(12, 10)))
    .toBe(`photos-1: 10 verified archives checked, none changed.

Checked     10 objects: size, checksum, ETag, version, metadata
Proved      6 by SHA-256, 2 by every byte read back, 1 by CRC32 and metadata, 1 by metadata and size (adopted unread)
Read        2 objects, 2.0 KiB: every byte
Archived    3 objects of the sample: attributes only. To read them, restore them (aws s3api restore-object), wait, and verify again
Moved on    1 object in another storage class than at first: expected
Not moved   1 failed, 1 without a receipt: see glacier-transfer list photos-1`);
});

test('verify reports records with fewer archives than the run counted', () => {
  expect(areWhole(found(), null)).toBe(true);
  for (const [total, verified] of [
    [13, 10],
    [12, 11],
  ] as const) {
    const short = `the run counted ${total} archives and ${verified} verified, its records contain 12 and 10`;
    expect(areWhole(found(), counts(total, verified))).toBe(false);
    expect(renderVerification('photos-1', found(), counts(total, verified))).toContain(`\nRecords     ${short}`);
    expect(mismatchMessage('photos-1', found(), counts(total, verified))).toBe(
      `The records of photos-1 are incomplete: ${short}.`,
    );
  }
});

test('verify prints the first 20 differences as safe text, and all of them as JSON', async () => {
  const { context, stdout } = testCli();
  const reporter = new Reporter(context, 'photos-1', false, 25);
  expect(reporter.rest).toEqual([]);
  for (let number = 0; number < 25; number += 1) await reporter.difference(difference(`\u001b${number}`));
  const lines = stdout.text.trimEnd().split('\n');
  expect(lines).toHaveLength(20);
  expect(lines[0]).toBe('\uFFFD0: the size is 1 instead of 2');
  expect(reporter.rest[0]).toBe('... and 5 more: use --json to list all of them.');

  const json = testCli();
  const records = new Reporter(json.context, 'photos-1', true, 25);
  for (let number = 0; number < 25; number += 1) await records.difference(difference(`${number}`));
  expect(json.stdout.text.trimEnd().split('\n')).toHaveLength(25);
  expect(JSON.parse(json.stdout.text.split('\n')[0] ?? '')).toMatchObject({
    message_type: 'difference',
    kinds: ['size'],
    archive_id: 'id',
  });
});

test('programs are told of each archive what its proof is; people of all together', async () => {
  const { row } = difference('a');
  const [people, programs] = [testCli(), testCli()];
  await new Reporter(people.context, 'photos-1', false, 1).checked(row, 'sha256');
  const reporter = new Reporter(programs.context, 'photos-1', true, 2);
  await reporter.checked(row, 'read-back');
  await reporter.checked(row, null);
  expect(people.stdout.text).toBe('');
  expect(JSON.parse(programs.stdout.text)).toEqual({
    message_type: 'verified',
    run: 'photos-1',
    index: 0,
    archive_id: 'id',
    key: 'a',
    proof: 'read-back',
  });
  expect(verificationRecord('photos-1', found(), null)).toMatchObject({
    proofs: { sha256: 6, read_back: 2, crc32: 1, metadata: 1 },
  });
});

test('a long verification prints its progress once a minute', async () => {
  const { context, stderr } = testCli();
  let nowMs = 0;
  const reporter = new Reporter({ ...context, now: () => new Date(nowMs) }, 'photos-1', false, 3);
  const { row } = difference('a');
  await reporter.checked(row, 'crc32');
  nowMs = 60_000;
  await reporter.checked(row, 'crc32');
  await reporter.checked(row, 'crc32');
  expect(stderr.text).toBe('Checked 2 of 3 objects; 0 differ.\n');
});
