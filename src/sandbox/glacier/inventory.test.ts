import { inventoryText } from './inventory';
import type { Archive } from './model';

const archive = (description: string): Archive => ({
  id: 'DMTm',
  sequence: 1,
  description,
  creationDate: '2012-05-15T17:19:46.700Z',
  sizeBytes: 2140123,
  treeHash: '6b9d',
  blobs: [],
});
const nowMs = Date.parse('2026-05-12T14:19:01.500Z');

test.each([
  ['my archive1', 'my archive1'],
  ['my archive,1"2', String.raw`"my archive,1\"2"`],
  [String.raw`my archive,1\"2`, String.raw`"my archive,1\\"2"`],
  ['a,b\\', String.raw`"a,b\"`],
  ['a\\b', 'a\\b'],
  ['', ''],
])('CSV writes the description %s with the flaw of Glacier', (description, field) => {
  expect([...inventoryText('CSV', 'arn', nowMs, [archive(description)])]).toEqual([
    'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n',
    `DMTm,${field},2012-05-15T17:19:46.700Z,2140123,6b9d\n`,
  ]);
});

test('JSON has its own date, to the second', () => {
  const text = [...inventoryText('JSON', 'arn:v', nowMs, [archive('one'), archive('two')])].join('');
  expect(JSON.parse(text)).toEqual({
    VaultARN: 'arn:v',
    InventoryDate: '2026-05-12T14:19:01Z',
    ArchiveList: ['one', 'two'].map((ArchiveDescription) => ({
      ArchiveId: 'DMTm',
      ArchiveDescription,
      CreationDate: '2012-05-15T17:19:46.700Z',
      Size: 2140123,
      SHA256TreeHash: '6b9d',
    })),
  });
});
