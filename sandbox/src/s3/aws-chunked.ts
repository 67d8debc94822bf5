import { S3Error } from './errors';

/** Far longer than any chunk header or trailer line of a known client. */
const LONGEST_LINE_BYTES = 8 * 1024;
/** Of every chunk but the last: S3 rejects smaller ones. */
const SMALLEST_CHUNK_BYTES = 8 * 1024;
const CHUNK_HEADER = /^(?<size>[0-9a-f]{1,10})(?:;.*)?$/i;

type State = 'chunk-header' | 'data' | 'data-end' | 'trailer' | 'done';

/**
 * Undoes the `aws-chunked` framing (S3 API reference, "SigV4 streaming"): `<hex size>CRLF data CRLF`, a chunk of
 * size 0, trailer lines `name:value`, an empty line.
 */
export class AwsChunkedDecoder {
  private state: State = 'chunk-header';
  private line = '';
  private chunk = { number: 0, sizeBytes: SMALLEST_CHUNK_BYTES };
  private remainingBytes = 0;
  private readonly fields = new Map<string, string>();

  /**
   * The payload inside `bytes`, as views on it.
   * @throws S3Error IncompleteBody when the framing is broken, InvalidChunkSizeError
   */
  *decode(bytes: Buffer): Generator<Buffer> {
    let offset = 0;
    while (offset < bytes.length) {
      if (this.state === 'data') {
        const piece = bytes.subarray(offset, offset + this.remainingBytes);
        offset += piece.length;
        this.remainingBytes -= piece.length;
        if (this.remainingBytes === 0) this.state = 'data-end';
        yield piece;
      } else {
        offset = this.readLine(bytes, offset);
      }
    }
  }

  /**
   * The trailer fields, names in lower case.
   * @throws S3Error IncompleteBody when the body ended too early
   */
  finish(): ReadonlyMap<string, string> {
    if (this.state !== 'done') throw broken('it ended before the last chunk');
    return this.fields;
  }

  private readLine(bytes: Buffer, offset: number): number {
    const end = bytes.indexOf(0x0a, offset);
    this.line += bytes.toString('latin1', offset, end === -1 ? bytes.length : end);
    if (this.line.length > LONGEST_LINE_BYTES) throw broken('a line is too long');
    if (end === -1) return bytes.length;
    const line = this.line.trimEnd();
    this.line = '';
    this.takeLine(line);
    return end + 1;
  }

  private takeLine(line: string): void {
    switch (this.state) {
      case 'chunk-header':
        this.beginChunk(line);
        return;
      case 'data-end':
        if (line !== '') throw broken('a chunk is longer than its header says');
        this.state = 'chunk-header';
        return;
      case 'trailer':
        if (line === '') this.state = 'done';
        else this.addField(line);
        return;
      case 'done':
        // Some clients send one more CRLF at the end.
        if (line !== '') throw broken('bytes follow the last chunk');
        return;
      case 'data':
        throw new Error('data is not read by lines');
    }
  }

  private beginChunk(header: string): void {
    const { size } = CHUNK_HEADER.exec(header)?.groups ?? {};
    if (size === undefined) throw broken('a chunk header is not a hexadecimal size');
    const before = this.chunk;
    this.chunk = { number: before.number + 1, sizeBytes: Number.parseInt(size, 16) };
    if (this.chunk.sizeBytes === 0) {
      this.state = 'trailer';
      return;
    }
    if (before.sizeBytes < SMALLEST_CHUNK_BYTES) {
      throw new S3Error(
        'InvalidChunkSizeError',
        `Only the last chunk is allowed to have a size less than ${SMALLEST_CHUNK_BYTES} bytes`,
        { Chunk: this.chunk.number, BadChunkSize: before.sizeBytes },
      );
    }
    this.remainingBytes = this.chunk.sizeBytes;
    this.state = 'data';
  }

  private addField(line: string): void {
    const colon = line.indexOf(':');
    if (colon < 1) throw new S3Error('MalformedTrailerError', `The trailer line is malformed: ${line}`);
    this.fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

const broken = (why: string): S3Error => new S3Error('IncompleteBody', `The aws-chunked body is broken: ${why}.`);
