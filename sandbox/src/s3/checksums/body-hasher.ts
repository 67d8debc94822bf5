import { on } from 'node:events';
import path from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { ChecksumAlgorithm } from './algorithms';
import { DigestSet, type Digests } from './digests';
import { PIECE_BYTES, PIECES_PER_BODY, type HashJob, type HashReply } from './hash-job';

/** A smaller body is hashed where it arrives, in less time than handing it over would take. */
const SMALLEST_THREADED_BYTES = 1024 ** 2;

const SCRIPT = require.resolve('./hash-thread');
/** Tests run the sources as they are, and a thread does not inherit how the test runner loads them. */
const EXEC_ARGV = SCRIPT.endsWith('.ts') ? ['--require', path.join(__dirname, '../../testing/load-typescript.js')] : [];

/** Digests of a body while it arrives. */
export interface RunningDigests {
  /** Takes the bytes in, and waits while hashing is far behind. They may change once it has. */
  update(bytes: Buffer): void | Promise<void>;
  /** Call it once, at the end. */
  finish(): Promise<Digests>;
  /** Lets go of what is still held, finished or not. */
  close(): void;
}

/**
 * Hashes large bodies in a thread of its own, for MD5, which every ETag needs, is slower than the loopback. One thread
 * does, since it hashes several bodies together. It is started when it is needed, and keeps no process alive.
 */
export class BodyHasher {
  private thread: Worker | null = null;

  /** @param sizeBytes of the body, as announced */
  async begin(algorithms: readonly ChecksumAlgorithm[], sizeBytes: number): Promise<RunningDigests> {
    if (sizeBytes < SMALLEST_THREADED_BYTES) return inThisThread(algorithms);
    this.thread ??= this.start();
    const { port1, port2 } = new MessageChannel();
    this.thread.postMessage({ algorithms, port: port2 } satisfies HashJob, [port2]);
    return new ThreadedDigests(port1);
  }

  async close(): Promise<void> {
    await this.thread?.terminate();
  }

  private start(): Worker {
    const thread = new Worker(SCRIPT, { execArgv: EXEC_ARGV });
    thread.unref();
    // Its ports close with it, which ends the bodies in its hands.
    thread.on('error', () => {
      this.thread = null;
    });
    return thread;
  }
}

async function inThisThread(algorithms: readonly ChecksumAlgorithm[]): Promise<RunningDigests> {
  const digests = await DigestSet.create(algorithms);
  return { update: (bytes) => digests.update(bytes), finish: async () => digests.finish(), close: () => {} };
}

/** One body's digests in the thread. Bytes are copied into pieces, whose memory then changes hands. */
class ThreadedDigests implements RunningDigests {
  private readonly replies: AsyncIterator<[HashReply]>;
  private piece: Uint8Array | null = null;
  private filledBytes = 0;
  private allocated = 0;

  constructor(private readonly port: MessagePort) {
    this.replies = on(port, 'message', { close: ['close'] }) as AsyncIterator<[HashReply]>;
  }

  async update(bytes: Buffer): Promise<void> {
    for (let taken = 0; taken < bytes.length;) {
      this.piece ??= await this.emptyPiece();
      const copied = bytes.copy(this.piece, this.filledBytes, taken);
      taken += copied;
      this.filledBytes += copied;
      if (this.filledBytes === PIECE_BYTES) this.handOver(this.piece);
    }
  }

  async finish(): Promise<Digests> {
    if (this.piece !== null) this.handOver(this.piece.subarray(0, this.filledBytes));
    this.port.postMessage(null, []);
    for (;;) {
      const reply = await this.reply();
      if (!ArrayBuffer.isView(reply)) return new Map([...reply].map(([name, digest]) => [name, Buffer.from(digest)]));
    }
  }

  close(): void {
    this.port.close();
  }

  private async emptyPiece(): Promise<Uint8Array> {
    this.filledBytes = 0;
    if (this.allocated === PIECES_PER_BODY) return (await this.reply()) as Uint8Array;
    this.allocated += 1;
    return new Uint8Array(PIECE_BYTES);
  }

  private handOver(piece: Uint8Array): void {
    this.port.postMessage(piece, [piece.buffer as ArrayBuffer]);
    this.piece = null;
  }

  private async reply(): Promise<HashReply> {
    const { done, value } = await this.replies.next();
    if (done === true) throw new Error('The thread that hashed a body has ended.');
    return value[0];
  }
}
