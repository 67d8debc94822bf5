import { createHash, type Hash } from 'node:crypto';
import type { ChunkVerifier } from '../access/chunk-signatures';
import { S3Error } from './errors';

/** Far above any chunk header or trailer line of a known client. */
const LONGEST_LINE_BYTES = 8 * 1024;
/** Of every chunk but the last: S3 refuses smaller ones. */
const SMALLEST_CHUNK_BYTES = 8 * 1024;
const CHUNK_HEADER = /^(?<size>[0-9a-f]{1,10})(?:;(?:chunk-signature=(?<signature>[0-9a-f]+)|.*))?$/i;
const TRAILER_SIGNATURE = 'x-amz-trailer-signature';

type State = 'chunk-header' | 'data' | 'data-end' | 'trailer' | 'done';

/**
 * Undoes the `aws-chunked` framing (S3 API reference, "SigV4 streaming"): `<hex size>[;chunk-signature=...]CRLF data CRLF`,
 * a chunk of size 0, trailer lines `name:value`, an empty line. Without a verifier signatures are not checked.
 */
export class AwsChunkedDecoder {
  private state: State = 'chunk-header';
  private line = '';
  private chunk = { number: 0, sizeBytes: SMALLEST_CHUNK_BYTES, signature: '' };
  private remainingBytes = 0;
  private hash: Hash | null = null;
  private readonly fields = new Map<string, string>();

  constructor(private readonly verifier?: ChunkVerifier) {}

  /**
   * The payload inside `bytes`, as views on it.
   * @throws S3Error IncompleteBody when the framing is broken, InvalidChunkSizeError, SignatureDoesNotMatch
   */
  *decode(bytes: Buffer): Generator<Buffer> {
    let offset = 0;
    while (offset < bytes.length) {
      if (this.state === 'data') {
        const piece = bytes.subarray(offset, offset + this.remainingBytes);
        offset += piece.length;
        this.remainingBytes -= piece.length;
        if (this.remainingBytes === 0) this.state = 'data-end';
        this.hash?.update(piece);
        yield piece;
      } else {
        offset = this.readLine(bytes, offset);
      }
    }
  }

  /**
   * The trailer fields but for their signature, names in lower case.
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
        this.verifyChunk();
        this.state = 'chunk-header';
        return;
      case 'trailer':
        if (line === '') this.endTrailer();
        else this.addField(line);
        return;
      case 'done':
        // Some clients send one more CRLF behind the last one.
        if (line !== '') throw broken('bytes follow the last chunk');
        return;
      case 'data':
        throw new Error('data is not read by lines');
    }
  }

  private beginChunk(header: string): void {
    const { size, signature = '' } = CHUNK_HEADER.exec(header)?.groups ?? {};
    if (size === undefined) throw broken('a chunk header is not a hexadecimal size');
    const before = this.chunk;
    this.chunk = { number: before.number + 1, sizeBytes: Number.parseInt(size, 16), signature };
    if (this.verifier !== undefined) this.hash = createHash('sha256');
    if (this.chunk.sizeBytes === 0) {
      this.verifyChunk();
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

  private verifyChunk(): void {
    if (this.verifier?.chunk(this.chunk.signature, this.hash?.digest('hex') ?? '') === false) throw wrongSignature();
  }

  private addField(line: string): void {
    const colon = line.indexOf(':');
    if (colon < 1) throw new S3Error('MalformedTrailerError', `The trailer line is malformed: ${line}`);
    this.fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }

  private endTrailer(): void {
    this.state = 'done';
    const signature = this.fields.get(TRAILER_SIGNATURE) ?? '';
    this.fields.delete(TRAILER_SIGNATURE);
    if (this.verifier === undefined || this.fields.size === 0) return;
    const lines = [...this.fields].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `${name}:${value}\n`);
    const sha256Hex = createHash('sha256').update(lines.join('')).digest('hex');
    if (!this.verifier.trailer(signature, sha256Hex)) throw wrongSignature();
  }
}

const broken = (why: string): S3Error => new S3Error('IncompleteBody', `The aws-chunked body is broken: ${why}.`);

const wrongSignature = (): S3Error =>
  new S3Error(
    'SignatureDoesNotMatch',
    'The request signature we calculated does not match the signature you provided. Check your key and signing method.',
  );
