import * as fc from 'fast-check';
import { mangledMessage } from '../../test/support/mangled-message';
import { jobDescription } from '../ids';
import { parseNotification as readAt } from './notification';

const ACCOUNT = { region: 'us-east-1', accountId: '111122223333' };
const parse = (body: string) => readAt(body, ACCOUNT);

/** As Glacier writes it, including nulls; see "Configuring Vault Notifications". */
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
  VaultARN: 'arn:aws:glacier:us-east-1:111122223333:vaults/photos',
};
const TOPIC_ARN = 'arn:aws:sns:us-east-1:111122223333:glacier-transfer';
const enveloped = (message: string, TopicArn = TOPIC_ARN): string =>
  JSON.stringify({ Type: 'Notification', MessageId: 'm', TopicArn, Message: message, Signature: 'x' });
const job = (fields: object): string => JSON.stringify({ ...JOB, ...fields });
const NOTICE = {
  kind: 'notice',
  workflowId: 'run-1/shard-000002',
  notice: { index: 17, jobId: 'HkF9', status: 'Succeeded', message: 'Succeeded' },
};

test.each([
  ['in the envelope of SNS', enveloped(JSON.stringify(JOB))],
  ['raw', JSON.stringify(JOB)],
  ['with unknown members', job({ Colour: 'blue', __proto__: { JobId: 'no' } })],
])('a notification is parsed %s', (_name, body) => expect(parse(body)).toEqual(NOTICE));

test('a notification of a failed job has its message cut to a length suitable for signals', () => {
  const body = job({ StatusCode: 'Failed', StatusMessage: 'x'.repeat(60_000) });
  expect(parse(body)).toMatchObject({
    kind: 'notice',
    notice: { status: 'Failed', message: 'x'.repeat(500) },
  });
  expect(parse(job({ StatusMessage: null }))).toMatchObject({ notice: { message: '' } });
});

test('a notification of an inventory job is recognized by its index', () => {
  const body = job({ Action: 'InventoryRetrieval', JobDescription: jobDescription('run-1', -1) });
  expect(parse(body)).toMatchObject({ workflowId: 'run-1', notice: { index: -1 } });
});

test.each([
  [null],
  [undefined],
  [''],
  ['mtijob1 eyJ0eXBlIjoiZnVsbCJ9'],
  ['gt1:run'],
  ['gt1:run:x'],
  ['gt2:run/shard-000001:1'],
  // No workflow of ours has this id or expects this index.
  ['gt1:run:1'],
  ['gt1:run/shard-000001:-1'],
  ['gt1:run/shard-000001:1.5'],
  ['gt1:run/shard-1:1'],
  ['gt1:run/other-000001:1'],
  ['gt1:run/shard-000001/x:1'],
  ['gt1:-run:-1'],
  ['gt1:r un:-1'],
  ['gt1:../shard-000001:1'],
  [`gt1:${'r'.repeat(101)}:-1`],
  ['gt1:payments/archive-\u202e:1'],
  ['gt1:run:-1\n'],
])('a job with the description %p belongs to another client', (JobDescription) =>
  expect(parse(job({ JobDescription }))).toEqual({ kind: 'foreign' }),
);

const DEEP = 50_000;
test.each([
  ['text that is not JSON', 'hello'],
  ['an empty text', ''],
  ['an array', '[1,2]'],
  ['a running job', job({ Completed: false, StatusCode: 'InProgress' })],
  ['an unknown status', job({ StatusCode: 'Vanished' })],
  ['a job without an id', job({ JobId: undefined })],
  ['a job with a too long id', job({ JobId: 'x'.repeat(201) })],
  ['a job with an id that is not text', job({ JobId: { toString: 'x' } })],
  ['a prototype instead of members', `{"__proto__":${JSON.stringify(JOB)}}`],
  ['a constructor', '{"constructor":{"prototype":{"JobId":"x"}}}'],
  ['an envelope in an envelope', enveloped(enveloped(JSON.stringify(JOB)))],
  ['an envelope around invalid JSON', enveloped('{')],
  ['an envelope of another topic', enveloped(job({}), `${TOPIC_ARN}-2`)],
  ['an envelope of another account', enveloped(job({}), TOPIC_ARN.replace('1111', '9999'))],
  ['an envelope of another Region', enveloped(job({}), TOPIC_ARN.replace('us-east', 'us-west'))],
  ['an envelope of another service', enveloped(job({}), TOPIC_ARN.replace(':sns:', ':sqs:'))],
  ['a job without a vault', job({ VaultARN: undefined })],
  ['a vault of another account', job({ VaultARN: 'arn:aws:glacier:us-east-1:999922223333:vaults/photos' })],
  ['a vault with a path', job({ VaultARN: 'arn:aws:glacier:us-east-1:111122223333:vaults/../photos' })],
  ['an id with other characters', job({ JobId: '../x' })],
  ['a message that is too long', job({ Padding: 'x'.repeat(65_536) })],
  ['deep nesting', '['.repeat(DEEP) + ']'.repeat(DEEP)],
  ['256 KiB of invalid JSON', '\u0000{"'.repeat(87_000)],
])('%s is a malformed notification and has no effect', (_name, body) => {
  expect(parse(body)).toEqual({ kind: 'malformed' });
  expect(({} as Record<string, unknown>)['JobId']).toBeUndefined();
});

test('parsing a notification never throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json(), fc.json().map(enveloped)), (body) => {
      expect(['notice', 'foreign', 'malformed']).toContain(parse(body).kind);
    }),
  );
});

test('of 10,000 mangled notifications none throws, and accepted ones have the format of ours', () => {
  fc.assert(
    fc.property(mangledMessage(JSON.stringify(JOB)), (body) => {
      const parsed = parse(body);
      if (parsed.kind !== 'notice') return;
      const { workflowId, notice } = parsed;
      expect(workflowId).toMatch(/^[\w.-]{1,100}(\/(shard-\d+|archive-[\w-]+))?$/);
      expect(Number.isSafeInteger(notice.index) && notice.index >= -1).toBe(true);
      expect(notice.jobId).toMatch(/^[\w-]{1,200}$/);
      expect(['Succeeded', 'Failed']).toContain(notice.status);
      expect(notice.message.length).toBeLessThanOrEqual(500);
    }),
    { numRuns: 10_000 },
  );
}, 60_000);
