import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Journal } from './journal';

interface Put {
  readonly key: string;
  readonly value: string;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const replay = (path: string): Put[] => {
  const events: Put[] = [];
  Journal.open<Put>(path, (event) => events.push(event)).close();
  return events;
};

test('events come back in order, also those longer than what is read at a time', () => {
  const path = join(folder, 'j.jsonl');
  const events = [
    { key: 'a', value: 'ü'.repeat(700_000) },
    { key: 'b', value: '' },
    { key: 'c', value: 'x'.repeat(3_000_000) },
  ];
  const journal = Journal.open<Put>(path, () => undefined);
  for (const event of events) journal.append(event);
  journal.close();
  expect(replay(path)).toEqual(events);
});

test('a line torn by a kill is cut off, and the next event stands on a line of its own', () => {
  const path = join(folder, 'j.jsonl');
  const first = Journal.open<Put>(path, () => undefined);
  first.append({ key: 'a', value: '1' });
  first.close();
  appendFileSync(path, '{"key":"b","val');
  const second = Journal.open<Put>(path, () => undefined);
  second.append({ key: 'c', value: '3' });
  second.close();
  expect(replay(path)).toEqual([
    { key: 'a', value: '1' },
    { key: 'c', value: '3' },
  ]);
});

test('a compacted journal holds what it was given, and what is appended afterwards', () => {
  const path = join(folder, 'j.jsonl');
  const journal = Journal.open<Put>(path, () => undefined);
  for (let round = 0; round < 100; round += 1) journal.append({ key: 'a', value: String(round) });
  journal.compact([{ key: 'a', value: '99' }]);
  journal.append({ key: 'b', value: '1' });
  journal.close();
  expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2);
  expect(replay(path)).toEqual([
    { key: 'a', value: '99' },
    { key: 'b', value: '1' },
  ]);
});
