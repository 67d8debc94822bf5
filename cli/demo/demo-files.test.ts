import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describeName, blocks } from './upload';
import { folderFiles, type SourceFile } from './folder-files';
import { generatedFile, generatedFiles } from './generated-files';

const sha256 = async (file: SourceFile): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of file.open()) hash.update(chunk as Buffer);
  return hash.digest('hex');
};

describe('generated files', () => {
  test('are the same at each reading and as long as they say', async () => {
    for (const sizeBytes of [1, 256 * 1024, 1024 * 1024 + 1]) {
      const file = generatedFile('a', sizeBytes);
      const content = Buffer.concat((await file.open().toArray()) as Buffer[]);
      expect(content).toHaveLength(sizeBytes);
      expect(await sha256(generatedFile('a', sizeBytes))).toBe(createHash('sha256').update(content).digest('hex'));
      expect(await sha256(generatedFile('b', sizeBytes))).not.toBe(await sha256(file));
    }
  });

  test('have different names that all fit into a description, and no empty one', () => {
    const files = generatedFiles();
    expect(new Set(files.map(({ name }) => name)).size).toBe(files.length);
    expect(files.length).toBeGreaterThan(300);
    expect(files.filter(({ sizeBytes, name }) => sizeBytes < 1 || describeName(name) === null)).toEqual([]);
  });
});

describe('the files of a folder', () => {
  let folder: string;
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'folder-files-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  test('are the regular ones, at any depth, by name', async () => {
    mkdirSync(join(folder, 'b/c'), { recursive: true });
    writeFileSync(join(folder, 'z'), 'last');
    writeFileSync(join(folder, 'b/c/ü.txt'), 'deep');
    symlinkSync(join(folder, 'z'), join(folder, 'link'));

    const files = await folderFiles(folder);
    expect(files.map(({ name, sizeBytes }) => [name, sizeBytes])).toEqual([
      ['b/c/ü.txt', 4],
      ['z', 4],
    ]);
    expect(Buffer.concat((await files[0]?.open().toArray()) as Buffer[]).toString()).toBe('deep');
  });

  test('cannot be read where there is no folder', async () => {
    await expect(folderFiles(join(folder, 'none'))).rejects.toThrow(/cannot be read: ENOENT/);
  });
});

test.each([
  ['2019/summer.tar', '2019/summer.tar'],
  ['Größe.txt', '<m><v>2</v><p>R3LDtsOfZS50eHQ=</p><lm>20260101T000000Z</lm></m>'],
  [' leading', '<m><v>2</v><p>IGxlYWRpbmc=</p><lm>20260101T000000Z</lm></m>'],
  ['{"Path":1}', '<m><v>2</v><p>eyJQYXRoIjoxfQ==</p><lm>20260101T000000Z</lm></m>'],
  ['ü'.repeat(400), null],
])('the name %j is carried by %j', (name, description) => {
  expect(describeName(name)).toBe(description);
});

test('a stream is cut into equal blocks and a rest', async () => {
  const chunks = Readable.from(['ab', 'cdefghij', '', 'k'].map((text) => Buffer.from(text)));
  const cut: string[] = [];
  for await (const block of blocks(chunks, 3)) cut.push(block.toString());
  expect(cut).toEqual(['abc', 'def', 'ghi', 'jk']);
});
