import { fuzzedDescription, fuzzKey } from '../../../test/support/fuzzed-descriptions';
import { keyProblem } from '../../../test/support/key-fault';
import { DECODE_MODES } from '../../wire/request';
import { DUPLICATE_SUFFIX_BYTES, MAX_KEY_BYTES, MAX_PREFIX_BYTES, objectKey } from './object-key';

const PREFIXES = ['', '', 'photos/', '.glacier-', 'so', 'é'.repeat(MAX_PREFIX_BYTES / 2)];
const ARCHIVE_ID = 'NkbByEejwEggmBz2fTHgJrg0XBoDfjP4q6iu87';

/** Draws from `items` in turn. */
const turn = <Item>(items: readonly Item[], position: number): Item => items[position % items.length] as Item;

test('100,000 descriptions of every kind get valid keys, whatever the prefix and the mode', () => {
  const key = fuzzKey('unit');
  const faults: unknown[] = [];
  const formats = new Set<string>();
  for (let position = 0; position < 100_000 && faults.length < 5; position++) {
    const prefix = turn(PREFIXES, position);
    const description = fuzzedDescription(key, position);
    const made = objectKey(prefix, description, ARCHIVE_ID, position % 2 === 0 ? 'auto' : turn(DECODE_MODES, position));
    formats.add(made.nameFormat);
    const fault = keyProblem(made.key, prefix, MAX_KEY_BYTES - DUPLICATE_SUFFIX_BYTES);
    if (fault !== null) faults.push({ position, fault, description, made });
  }
  expect(faults).toEqual([]);
  expect([...formats].toSorted()).toEqual([
    'blank',
    'cloudberry',
    'fastglacier',
    'git-annex',
    'mt-aws-glacier',
    'plain',
    'qnap',
    'unreadable',
  ]);
}, 120_000);
