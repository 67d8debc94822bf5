import { on } from 'node:events';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { MessageChannel, Worker, type MessagePort } from 'node:worker_threads';
import type { ChecksumAlgorithm } from './algorithms';
import { DigestSet, type Digests, type RunningDigests } from './digests';

/** A smaller body is hashed where it arrives, in less time than handing it over would take. */
const SMALLEST_THREADED_BYTES = 1024 ** 2;
/** In this size bytes travel to a thread; half the second-level cache of a small core. */
const BLOCK_BYTES = 256 * 1024;
/** Of one body at a time: one being filled, one being hashed, one waiting in between. */
const BLOCKS_PER_BODY = 3;

/** Asks a thread for the digests of a body, whose blocks come through `port` and go back empty; null ends it. */
export interface HashJob {
  readonly algorithms: readonly ChecksumAlgorithm[];
  readonly port: MessagePort;
}

/** A block of the body that has been hashed, to be filled again; at the end the digests. */
export type HashReply = Uint8Array | ReadonlyMap<ChecksumAlgorithm, Uint8Array>;

interface HashThread {
  readonly worker: Worker;
  /** Bodies that it is hashing. */
  bodies: number;
}

const SCRIPT = require.resolve('./hash-thread');
/** Tests run the sources as they are, and a thread does not inherit how the test runner loads them. */
const SCRIPT_LOADER = SCRIPT.endsWith('.ts') ? [path.join(__dirname, '../../testing/load-typescript.js')] : [];

/**
 * Hashes large bodies off the main thread, several at a time: MD5, which every ETag needs, is slower than the loopback.
 * Threads are started when they are needed, at most one per core, and keep no process alive.
 */
export class HashThreads {
  private readonly threads = new Set<HashThread>();

  /** @param sizeBytes of the body, as announced */
  async begin(algorithms: readonly ChecksumAlgorithm[], sizeBytes: number): Promise<RunningDigests> {
    if (sizeBytes < SMALLEST_THREADED_BYTES) return DigestSet.create(algorithms);
    const thread = this.leastBusy();
    const { port1, port2 } = new MessageChannel();
    thread.bodies += 1;
    port1.once('close', () => {
      thread.bodies -= 1;
    });
    thread.worker.postMessage({ algorithms, port: port2 } satisfies HashJob, [port2]);
    return new ThreadedDigests(port1);
  }

  async close(): Promise<void> {
    await Promise.all([...this.threads].map(({ worker }) => worker.terminate()));
  }

  private leastBusy(): HashThread {
    const [best] = [...this.threads].sort((a, b) => a.bodies - b.bodies);
    if (best === undefined || (best.bodies > 0 && this.threads.size < availableParallelism())) return this.start();
    return best;
  }

  private start(): HashThread {
    const worker = new Worker(SCRIPT, { execArgv: SCRIPT_LOADER.flatMap((file) => ['--require', file]) });
    worker.unref();
    const thread = { worker, bodies: 0 };
    this.threads.add(thread);
    // Its ports close with it, which ends the bodies in its hands.
    worker.on('error', () => this.threads.delete(thread));
    return thread;
  }
}

/** One body's digests in another thread. Bytes are copied into blocks, whose memory then changes hands. */
class ThreadedDigests implements RunningDigests {
  private readonly replies: AsyncIterator<[HashReply]>;
  private block: Uint8Array | null = null;
  private filledBytes = 0;
  private allocated = 0;

  constructor(private readonly port: MessagePort) {
    this.replies = on(port, 'message', { close: ['close'] }) as AsyncIterator<[HashReply]>;
  }

  async update(bytes: Buffer): Promise<void> {
    for (let taken = 0; taken < bytes.length;) {
      this.block ??= await this.emptyBlock();
      const copied = bytes.copy(this.block, this.filledBytes, taken);
      taken += copied;
      this.filledBytes += copied;
      if (this.filledBytes === BLOCK_BYTES) this.handOver(this.block);
    }
  }

  async finish(): Promise<Digests> {
    if (this.block !== null) this.handOver(this.block.subarray(0, this.filledBytes));
    this.port.postMessage(null, []);
    for (;;) {
      const reply = await this.reply();
      if (!ArrayBuffer.isView(reply)) return new Map([...reply].map(([name, digest]) => [name, Buffer.from(digest)]));
    }
  }

  close(): void {
    this.port.close();
  }

  private async emptyBlock(): Promise<Uint8Array> {
    this.filledBytes = 0;
    if (this.allocated === BLOCKS_PER_BODY) return (await this.reply()) as Uint8Array;
    this.allocated += 1;
    return new Uint8Array(BLOCK_BYTES);
  }

  private handOver(block: Uint8Array): void {
    this.port.postMessage(block, [block.buffer as ArrayBuffer]);
    this.block = null;
  }

  private async reply(): Promise<HashReply> {
    const { done, value } = await this.replies.next();
    if (done === true) throw new Error('The thread that hashed a body has ended.');
    return value[0];
  }
}
