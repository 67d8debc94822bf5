import { S3Error } from './errors';
import type { Slice } from './files';
import type { StoredPart } from './model';

/** `endByte` is exclusive. */
export interface ByteRange {
  readonly startByte: number;
  readonly endByte: number;
}

/**
 * One `bytes=` range, cut to the object; null for no range, several ranges and a malformed one, all of which S3 ignores.
 * @throws S3Error InvalidRange if it contains no byte of the object
 */
export function parseRange(value: string | undefined, sizeBytes: number): ByteRange | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(value ?? '');
  const [, first = '', last = ''] = match ?? [];
  if (value === undefined || (first === '' && last === '')) return null;
  if (first !== '' && last !== '' && Number(first) > Number(last)) return null;
  const startByte = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const endByte = first === '' || last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (startByte < endByte) return { startByte, endByte };
  throw new S3Error(
    'InvalidRange',
    'The requested range is not satisfiable',
    { RangeRequested: value, ActualObjectSize: sizeBytes },
    { 'content-range': `bytes */${sizeBytes}` },
  );
}

/** The bytes of one part. @throws S3Error InvalidPartNumber */
export function partRange(parts: readonly StoredPart[], partNumber: number): ByteRange {
  const index = parts.findIndex((part) => part.partNumber === partNumber);
  if (index === -1) throw new S3Error('InvalidPartNumber', 'The requested partnumber is not satisfiable');
  const startByte = totalBytes(parts.slice(0, index));
  return { startByte, endByte: startByte + (parts[index]?.sizeBytes ?? 0) };
}

/** Where the bytes of a range are. */
export function slicesOf(parts: readonly StoredPart[], { startByte, endByte }: ByteRange): readonly Slice[] {
  const slices: Slice[] = [];
  let partStart = 0;
  for (const { fileId, sizeBytes } of parts) {
    const from = Math.max(startByte - partStart, 0);
    const to = Math.min(endByte - partStart, sizeBytes);
    if (from < to) slices.push({ fileId, startByte: from, endByte: to });
    partStart += sizeBytes;
  }
  return slices;
}

export const totalBytes = (parts: readonly StoredPart[]): number =>
  parts.reduce((sum, part) => sum + part.sizeBytes, 0);
