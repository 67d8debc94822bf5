import type { AwsContactReport, UnansweredService } from '../../src/wire/contact';
import { contactIn, outageIn, outageSentence, type ContactSample } from './outage';

const NOW_MS = Date.parse('2026-11-23T14:05:00Z');
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** What a worker told so long ago. */
const told = (ageMs: number, report: Partial<AwsContactReport>): ContactSample => ({
  atMs: NOW_MS - ageMs,
  report: { answeredMs: {}, unanswered: [], ...report },
});
const refused = (forMs: number, change: Partial<UnansweredService> = {}): AwsContactReport['unanswered'] => [
  { service: 's3', kind: 'silent', forMs, message: 'connection refused', ...change },
];

test('nothing told, nothing known', () => {
  expect(outageIn([], NOW_MS)).toBeNull();
  expect(outageIn([told(SECOND, { answeredMs: { s3: 100 } })], NOW_MS)).toBeNull();
});

test('the first failure that no answer followed, as the worker whose failure is earliest tells it', () => {
  const samples = [
    told(20 * SECOND, { unanswered: refused(30 * SECOND) }),
    told(5 * SECOND, {
      unanswered: refused(2 * MINUTE + 55 * SECOND, { service: 'glacier', message: 'connection reset' }),
    }),
  ];
  expect(outageIn(samples, NOW_MS)).toEqual({
    since: '2026-11-23T14:02:00.000Z',
    message: 'connection reset (Amazon Glacier, Amazon S3)',
    kind: 'silent',
  });
});

test('a failure of a moment ago is a hiccup', () => {
  expect(outageIn([told(SECOND, { unanswered: refused(5 * SECOND) })], NOW_MS)).toBeNull();
});

test('an answer to anybody after the failure ends it', () => {
  const failure = told(MINUTE, { unanswered: refused(MINUTE) });
  const answer = told(SECOND, { answeredMs: { s3: 2 * SECOND } });
  expect(outageIn([failure, answer], NOW_MS)).toBeNull();
});

test('an answer before the failure does not, nor one of another service', () => {
  const failure = told(MINUTE, { answeredMs: { s3: 90 * SECOND }, unanswered: refused(MINUTE) });
  const other = told(SECOND, { answeredMs: { sqs: SECOND } });
  expect(outageIn([failure, other], NOW_MS)?.message).toBe('connection refused (Amazon S3)');
});

test('silence on all connections is broken by the answer of any service', () => {
  const silence = told(SECOND, {
    unanswered: refused(40 * SECOND, { service: null, message: 'requests are sent and get no answer' }),
  });
  expect(outageIn([silence], NOW_MS)?.message).toBe('requests are sent and get no answer');
  expect(outageIn([silence, told(SECOND, { answeredMs: { sqs: SECOND } })], NOW_MS)).toBeNull();
});

test('what was told long ago is forgotten: its worker is gone', () => {
  expect(outageIn([told(10 * MINUTE, { unanswered: refused(MINUTE) })], NOW_MS)).toBeNull();
});

test('the sentence, today and later; errors are answers too', () => {
  const outage = { since: '2026-11-23T14:02:00.000Z', message: 'connection refused', kind: 'silent' } as const;
  const now = new Date(NOW_MS);
  expect(outageSentence(outage, now)).toBe('AWS has not answered since 14:02 UTC: connection refused');
  expect(outageSentence(outage, new Date(NOW_MS + 2 * 86_400_000))).toBe(
    'AWS has not answered since 2026-11-23 14:02:00 UTC: connection refused',
  );
  expect(outageSentence({ ...outage, kind: 'errors', message: 'HTTP 503 Service Unavailable' }, now)).toBe(
    'AWS has answered only with errors since 14:02 UTC: HTTP 503 Service Unavailable',
  );
});

test('words from outside do no harm to a terminal', () => {
  const outage = { since: '2026-11-23T14:02:00.000Z', message: 'a\u009b\u202eb', kind: 'silent' } as const;
  expect(outageSentence(outage, new Date(NOW_MS))).toContain('a\uFFFD\uFFFDb');
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['null', null],
  ['a position alone', { rows: 7 }],
  ['an array, as of ranges of an earlier version', [{ part: 1 }]],
  ['a report of another shape', { aws: { answeredMs: { s3: 'now' }, unanswered: [] } }],
  ['a list of other things', { aws: { answeredMs: {}, unanswered: [null] } }],
  ['a message that is none', { aws: { answeredMs: {}, unanswered: [{ service: 's3', kind: 'silent', forMs: 1 }] } }],
])('%s is no report', (_name, detail) => {
  expect(contactIn(detail)).toBeNull();
});

test('a report beside a position is read', () => {
  const report = { answeredMs: { s3: 5 }, unanswered: refused(1) };
  expect(contactIn({ rows: 7, aws: report })).toEqual(report);
});
