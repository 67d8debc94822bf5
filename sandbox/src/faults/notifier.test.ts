import { ManualClock } from '../testing/manual-clock';
import { Faults } from './faults';
import type { FaultScript } from './rules';

const MINUTE_MS = 60_000;
const TOPIC = 'arn:aws:sns:us-east-1:111122223333:jobs';

const news = (number: number, status = 'Succeeded'): string =>
  JSON.stringify({
    ArchiveId: `archive-${number}`,
    JobId: `job-${number}`,
    StatusCode: status,
    VaultARN: 'arn:aws:glacier:us-east-1:111122223333:vaults/photos',
  });

/** Announces the messages one after the other; `delivered` grows as they come out. */
function notify(rules: FaultScript['rules'], messages: readonly string[]) {
  const clock = new ManualClock();
  const faults = new Faults();
  faults.add({ rules });
  const delivered: string[] = [];
  const publish = faults.notifier(clock, (topicArn, message) => {
    expect(topicArn).toBe(TOPIC);
    delivered.push(message);
  });
  for (const message of messages) publish(TOPIC, message);
  return { clock, delivered, faults };
}

const ALL = [news(1), news(2), news(3)];

test.each<[FaultScript['rules'], string[]]>([
  [[], ALL],
  [[{ fault: 'notification-lost', at: [2] }], [news(1), news(3)]],
  [[{ fault: 'notification-doubled', at: [1] }], [news(1), news(1), news(2), news(3)]],
  [[{ fault: 'notification-reordered', at: [1] }], [news(2), news(1), news(3)]],
  [
    [{ fault: 'notification-malformed', where: { job: 'job-3' } }],
    [news(1), news(2), news(3).slice(0, news(3).length / 2)],
  ],
  [[{ fault: 'notification-lost', where: { vault: 'other' } }], ALL],
])('the rules %j deliver notifications as expected', (rules, expected) => {
  expect(notify(rules, ALL).delivered).toEqual(expected);
});

test('a late notification arrives by the sandbox clock', () => {
  const { clock, delivered } = notify([{ fault: 'notification-late', by: '20h', at: [1] }], ALL);
  expect(delivered).toEqual([news(2), news(3)]);
  clock.advance(20 * 60 * MINUTE_MS);
  expect(delivered).toEqual([news(2), news(3), news(1)]);
});

test('a reordered notification is delivered even if no other one overtakes it', () => {
  const { clock, delivered } = notify([{ fault: 'notification-reordered', at: [3] }], ALL);
  expect(delivered).toEqual([news(1), news(2)]);
  clock.advance(10 * MINUTE_MS);
  expect(delivered).toEqual(ALL);
});

test.each([
  ['foreign-account', { VaultARN: 'arn:aws:glacier:us-east-1:999988887777:vaults/photos' }],
  ['foreign-vault', { VaultARN: 'arn:aws:glacier:us-east-1:111122223333:vaults/photos-of-others' }],
  ['unknown-job', { JobId: expect.stringMatching(/^[\w-]{92}$/) }],
  ['other-archive', { ArchiveId: expect.stringMatching(/^[\w-]{138}$/) }],
  ['other-status', { StatusCode: 'Failed' }],
] as const)('a forged notification (%s) precedes the genuine one', (as, lie) => {
  const { delivered, faults } = notify([{ fault: 'notification-forged', as }], [news(1)]);
  expect(delivered).toHaveLength(2);
  expect(JSON.parse(delivered[0] ?? '')).toEqual({
    ...JSON.parse(news(1)),
    ...lie,
    ...('StatusCode' in lie && { StatusMessage: 'The job failed.' }),
  });
  expect(delivered[1]).toBe(news(1));
  expect(faults.report()).toMatchObject([{ matched: 1, injected: 1 }]);
});

test('a forged notification may be malformed too, in any order of the rules', () => {
  const { delivered } = notify(
    [{ fault: 'notification-malformed' }, { fault: 'notification-forged', as: 'other-status' }],
    [news(1)],
  );
  expect(delivered).toHaveLength(2);
  for (const message of delivered) expect(() => JSON.parse(message) as unknown).toThrow(SyntaxError);
});

test('the notification of a failed job is forged into one of a succeeded job', () => {
  const { delivered } = notify([{ fault: 'notification-forged', as: 'other-status' }], [news(1, 'Failed')]);
  expect(JSON.parse(delivered[0] ?? '')).toMatchObject({ StatusCode: 'Succeeded' });
});
