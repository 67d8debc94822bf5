import { parentPort } from 'node:worker_threads';
import { DigestSet } from './digests';
import type { HashJob } from './hash-threads';

/** What a thread of {@link HashThreads} runs. */
parentPort?.on('message', (job: HashJob) => void hash(job));

async function hash({ algorithms, port }: HashJob): Promise<void> {
  const digests = await DigestSet.create(algorithms);
  port.on('message', (block: Uint8Array | null) => void answer(block));

  async function answer(block: Uint8Array | null): Promise<void> {
    if (block === null) {
      port.postMessage(await digests.finish());
      return;
    }
    digests.update(block);
    port.postMessage(block, [block.buffer as ArrayBuffer]);
  }
}
