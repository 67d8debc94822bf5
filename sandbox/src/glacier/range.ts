import { invalidParameter } from './errors';

/** Bytes from `start` to `end`, both included, counted from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export const sizeOf = (range: ByteRange): number => range.end - range.start + 1;
export const rangeText = (range: ByteRange): string => `${range.start}-${range.end}`;

/** `start-end`, as jobs and parts name ranges; null for anything else. */
export function parseRange(text: string): ByteRange | null {
  const match = /^(\d{1,15})-(\d{1,15})$/.exec(text);
  if (match === null) return null;
  const range = { start: Number(match[1]), end: Number(match[2]) };
  return range.start <= range.end ? range : null;
}

/**
 * The `Range` header of GetJobOutput. An end past the output's last byte is clamped to it, which clients rely on.
 * @throws GlacierError for several ranges, suffixes (`bytes=-5`) and a start past the output
 */
export function parseRangeHeader(header: string, outputBytes: number): ByteRange {
  const match = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header.trim());
  if (match === null) throw invalidParameter(`Invalid range: ${header}`);
  const start = Number(match[1]);
  const end = match[2] === '' ? outputBytes - 1 : Math.min(Number(match[2]), outputBytes - 1);
  if (start > end) throw invalidParameter(`Invalid range: ${header} of ${outputBytes} bytes`);
  return { start, end };
}

/** The `Content-Range` header of UploadMultipartPart: `bytes 0-4194303/*`. */
export function parseContentRange(header: string): ByteRange {
  const range = parseRange(/^bytes (\d+-\d+)\/\*$/.exec(header.trim())?.[1] ?? '');
  if (range === null) throw invalidParameter(`Invalid Content-Range: ${header}`);
  return range;
}
