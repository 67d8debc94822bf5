import { BLOCK_BYTES, LANES } from './compression';
import { lastBlocks, Md5 } from './md5';

interface Waiting {
  bytes: Uint8Array;
  readonly onHashed: () => void;
}

/**
 * Lets streams wait for one another, so that most of the time four are hashed for the price of one. None waits long:
 * a stream that has ended, or cannot send more before some of it is hashed, takes along whatever is there.
 */
export class Md5Queue {
  private readonly streams = new Set<QueuedMd5>();
  private isScheduled = false;

  /** @param piecesPerStream after so many that wait, a stream sends no more */
  constructor(private readonly piecesPerStream: number) {}

  open(): QueuedMd5 {
    const stream = new QueuedMd5(
      () => this.schedule(),
      () => this.streams.delete(stream),
    );
    this.streams.add(stream);
    return stream;
  }

  private schedule(): void {
    if (this.isScheduled) return;
    this.isScheduled = true;
    setImmediate(() => {
      this.isScheduled = false;
      if (this.run()) this.schedule();
    });
  }

  /** Hashes what the next streams have in common. Returns whether it was worth while. */
  private run(): boolean {
    const ready = [...this.streams].filter(({ waiting }) => waiting.length > 0);
    const urgent = ready.filter(({ hasEnded, waiting }) => hasEnded || waiting.length >= this.piecesPerStream);
    if (urgent.length === 0 && ready.length < Math.min(LANES, this.streams.size)) return false;
    const chosen = [...new Set([...urgent, ...ready])].slice(0, LANES);
    const heads = chosen.flatMap(({ md5, waiting }) => waiting.slice(0, 1).map((head) => ({ md5, waiting, head })));
    const sizeBytes = Math.min(...heads.map(({ head }) => head.bytes.length));
    Md5.advance(heads.map(({ md5, head }) => ({ md5, bytes: head.bytes.subarray(0, sizeBytes) })));
    for (const { waiting, head } of heads) {
      head.bytes = head.bytes.subarray(sizeBytes);
      if (head.bytes.length > 0) continue;
      waiting.shift();
      head.onHashed();
    }
    return heads.length > 0;
  }
}

/** One stream in a queue. */
export class QueuedMd5 {
  readonly md5 = new Md5();
  readonly waiting: Waiting[] = [];
  hasEnded = false;
  private rest: Uint8Array = new Uint8Array();
  private sizeBytes = 0;

  constructor(
    private readonly onWaiting: () => void,
    private readonly onClosed: () => void,
  ) {}

  /** Only the last bytes of a stream may be other than whole blocks. They may change once they are hashed. */
  update(bytes: Uint8Array, onHashed: () => void): void {
    const restBytes = bytes.length % BLOCK_BYTES;
    this.sizeBytes += bytes.length;
    this.rest = bytes.slice(bytes.length - restBytes);
    this.wait({ bytes: bytes.subarray(0, bytes.length - restBytes), onHashed });
  }

  finish(onDigest: (digest: Buffer) => void): void {
    this.hasEnded = true;
    const onHashed = (): void => {
      this.close();
      onDigest(this.md5.digest());
    };
    this.wait({ bytes: lastBlocks(this.rest, this.sizeBytes), onHashed });
  }

  /** Gives a stream up that will not be finished. */
  close(): void {
    this.waiting.length = 0;
    this.onClosed();
  }

  private wait(waiting: Waiting): void {
    this.waiting.push(waiting);
    this.onWaiting();
  }
}
