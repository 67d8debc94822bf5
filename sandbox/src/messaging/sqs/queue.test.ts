import { DEFAULT_ATTRIBUTES } from './attributes';
import { Queue } from './queue';

const LIMIT = 120_000;

it('has room for 120,000 messages in flight', () => {
  const queue = new Queue({ name: 'jobs', attributes: DEFAULT_ATTRIBUTES, createdMs: 0, changedMs: 0 });
  const message = { body: 'x', sentMs: 0, receives: 1, firstReceivedMs: 0, deadLetterSource: null };
  const putInFlight = (id: number, untilMs: number) => queue.put({ ...message, id: String(id), visibleAtMs: untilMs });
  for (let id = 0; id < LIMIT - 3; id++) putInFlight(id, 30_000);

  expect(queue.roomInFlight(0, 2)).toBe(2);
  for (const id of [LIMIT, LIMIT + 1]) putInFlight(id, 60_000);
  expect(queue.roomInFlight(0, 10)).toBe(1);
  putInFlight(LIMIT + 2, 60_000);
  expect(queue.roomInFlight(0, 10)).toBe(0);
  queue.remove('0');
  expect(queue.roomInFlight(0, 10)).toBe(1);
  expect(queue.roomInFlight(30_000, 10)).toBe(10);
});
