import { parentPort } from 'node:worker_threads';
import { DigestSet } from './digests';
import { PIECES_PER_BODY, type HashJob } from './hash-job';
import { Md5Queue } from './md5/md5-queue';

const queue = new Md5Queue(PIECES_PER_BODY);

/** What the thread of a BodyHasher runs. */
parentPort?.on('message', (job: HashJob) => void hash(job));

async function hash({ algorithms, port }: HashJob): Promise<void> {
  const digests = await DigestSet.create(algorithms.filter((algorithm) => algorithm !== 'MD5'));
  const md5 = queue.open();
  port.once('close', () => md5.close());
  port.on('message', (piece: Uint8Array | null) => {
    if (piece === null) {
      md5.finish((digest) => port.postMessage(new Map([...digests.finish(), ['MD5', digest]]), []));
      return;
    }
    digests.update(piece);
    md5.update(piece, () => port.postMessage(piece, [piece.buffer as ArrayBuffer]));
  });
}
