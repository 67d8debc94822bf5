import * as fc from 'fast-check';
import { jobDescription } from '../ids';
import { readAnnouncement } from './notification';

/** As Glacier writes it, nulls included; see "Configuring Vault Notifications". */
const JOB = {
  Action: 'ArchiveRetrieval',
  ArchiveId: 'NkbB',
  ArchiveSizeInBytes: 285_544,
  Completed: true,
  CompletionDate: '2026-05-13T07:32:42.098Z',
  InventoryRetrievalParameters: null,
  InventorySizeInBytes: null,
  JobDescription: jobDescription('run-1/shard-000002', 17),
  JobId: 'HkF9',
  StatusCode: 'Succeeded',
  StatusMessage: 'Succeeded',
  Tier: 'Bulk',
};
const enveloped = (message: string): string =>
  JSON.stringify({ Type: 'Notification', MessageId: 'm', TopicArn: 'arn', Message: message, Signature: 'x' });
const job = (fields: object): string => JSON.stringify({ ...JOB, ...fields });
const NOTICE = {
  kind: 'notice',
  workflowId: 'run-1/shard-000002',
  notice: { index: 17, jobId: 'HkF9', status: 'Succeeded', message: 'Succeeded' },
};

test.each([
  ['in the envelope of SNS', enveloped(JSON.stringify(JOB))],
  ['raw', JSON.stringify(JOB)],
  ['with members that nobody knows', job({ Colour: 'blue', __proto__: { JobId: 'no' } })],
])('reads a notice %s', (_name, body) => expect(readAnnouncement(body)).toEqual(NOTICE));

test('a failed job is a notice, its message cut to a length that signals can bear', () => {
  const body = job({ StatusCode: 'Failed', StatusMessage: 'x'.repeat(100_000) });
  expect(readAnnouncement(body)).toMatchObject({
    kind: 'notice',
    notice: { status: 'Failed', message: 'x'.repeat(500) },
  });
  expect(readAnnouncement(job({ StatusMessage: null }))).toMatchObject({ notice: { message: '' } });
});

test('an inventory job is known by its index', () => {
  const body = job({ Action: 'InventoryRetrieval', JobDescription: jobDescription('run-1', -1) });
  expect(readAnnouncement(body)).toMatchObject({ workflowId: 'run-1', notice: { index: -1 } });
});

test.each([[null], [undefined], [''], ['mtijob1 eyJ0eXBlIjoiZnVsbCJ9'], ['gt1:run'], ['gt1:run:x'], ['gt2:run:1']])(
  'a job described as %p is of somebody else',
  (JobDescription) => expect(readAnnouncement(job({ JobDescription }))).toEqual({ kind: 'foreign' }),
);

const DEEP = 50_000;
test.each([
  ['no JSON', 'hello'],
  ['nothing', ''],
  ['no object', '[1,2]'],
  ['a running job', job({ Completed: false, StatusCode: 'InProgress' })],
  ['an unknown status', job({ StatusCode: 'Vanished' })],
  ['no id', job({ JobId: undefined })],
  ['an endless id', job({ JobId: 'x'.repeat(201) })],
  ['an id that is no text', job({ JobId: { toString: 'x' } })],
  ['a prototype instead of members', `{"__proto__":${JSON.stringify(JOB)}}`],
  ['a constructor', '{"constructor":{"prototype":{"JobId":"x"}}}'],
  ['an envelope in an envelope', enveloped(enveloped(JSON.stringify(JOB)))],
  ['an envelope around junk', enveloped('{')],
  ['deep nesting', '['.repeat(DEEP) + ']'.repeat(DEEP)],
  ['256 KiB of junk', '\u0000{"'.repeat(87_000)],
])('%s is malformed, and does no harm', (_name, body) => {
  expect(readAnnouncement(body)).toEqual({ kind: 'malformed' });
  expect(({} as Record<string, unknown>)['JobId']).toBeUndefined();
});

test('no text whatever makes it throw', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map(enveloped)), (body) => {
      expect(['notice', 'foreign', 'malformed']).toContain(readAnnouncement(body).kind);
    }),
  );
});
