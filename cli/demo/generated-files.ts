import { createCipheriv, createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { SourceFile } from './folder-files';

const KIB = 1024;
const MIB = 1024 * KIB;
const CHUNK_BYTES = 256 * KIB;
const SMALL_FILES = 300;
const LARGEST_SMALL_BYTES = 200 * KIB;

/** Boundary sizes for hashing, and some that need several parts. */
const EDGE_SIZES: readonly (readonly [name: string, sizeBytes: number])[] = [
  ['edges/one byte', 1],
  ['edges/1 MiB less 1.bin', MIB - 1],
  ['edges/1 MiB.bin', MIB],
  ['edges/1 MiB and 1.bin', MIB + 1],
  ['large/70 MiB.tar', 70 * MIB],
  ['large/150 MiB.tar', 150 * MIB],
  ['large/300 MiB.tar', 300 * MIB],
];

const ODD_NAMES: readonly string[] = [
  'odd/Größe und Übung.txt',
  'odd/写真/夏 2019.jpg',
  'odd/smile 🙂.png',
  'odd/a & b <c> "d" \'e\'.xml',
  'odd/100%25 sure?.txt',
  'odd/plus+sign=#1;comma,.csv',
  'odd/UPPER.TXT',
  'odd/upper.txt',
  'odd/.hidden',
  'odd/deep/er/and/deeper/still.txt',
  `odd/${'long '.repeat(40)}name.txt`,
];

/** The demo's own files: the same bytes on every machine, generated on the fly. */
export function generatedFiles(): readonly SourceFile[] {
  const small = Array.from({ length: SMALL_FILES }, (_, number) => `small/${String(number).padStart(3, '0')}.dat`);
  return [
    ...EDGE_SIZES.map(([name, sizeBytes]) => generatedFile(name, sizeBytes)),
    ...[...ODD_NAMES, ...small].map((name) => generatedFile(name, smallSize(name))),
  ];
}

/** A file whose content is derived from its name: the key stream of AES in counter mode. */
export function generatedFile(name: string, sizeBytes: number): SourceFile {
  return { name, sizeBytes, open: () => Readable.from(keyStream(name, sizeBytes), { objectMode: false }) };
}

const digestOf = (name: string): Buffer => createHash('sha256').update(name).digest();

const smallSize = (name: string): number => 1 + (digestOf(name).readUInt32BE(0) % LARGEST_SMALL_BYTES);

function* keyStream(name: string, sizeBytes: number): Generator<Buffer> {
  const seed = digestOf(name);
  const cipher = createCipheriv('aes-128-ctr', seed.subarray(0, 16), seed.subarray(16));
  for (let left = sizeBytes; left > 0; left -= CHUNK_BYTES) {
    yield cipher.update(Buffer.alloc(Math.min(left, CHUNK_BYTES)));
  }
}
