import { crc32 } from 'node:zlib';

const TABLE = Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});
/** Number of the entry whose highest byte is this one. */
const ENTRY = new Map(TABLE.map((value, index) => [value >>> 24, index]));

/** Other bytes of the same length and CRC32: the first one differs, and the last four make up for it. */
export function withSameCrc32(bytes: Buffer): Buffer {
  const forged = Buffer.from(bytes);
  forged.writeUInt8((bytes[0] ?? 0) ^ 1, 0);
  let wanted = ~crc32(bytes) >>> 0;
  for (let step = 0; step < 4; step += 1) {
    const entry = ENTRY.get(wanted >>> 24) ?? 0;
    wanted = (((wanted ^ (TABLE[entry] ?? 0)) << 8) | entry) >>> 0;
  }
  const state = ~crc32(forged.subarray(0, -4)) >>> 0;
  forged.writeUInt32LE((wanted ^ state) >>> 0, forged.length - 4);
  return forged;
}
