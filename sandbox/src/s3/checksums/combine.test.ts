import { array, assert, asyncProperty, uint8Array } from 'fast-check';
import { combineCrcs } from './combine';
import { digestOf } from './digests';

const base64 = async (algorithm: 'CRC32' | 'CRC64NVME', bytes: Uint8Array): Promise<string> =>
  (await digestOf(algorithm, bytes)).toString('base64');

describe.each(['CRC32', 'CRC64NVME'] as const)('%s', (algorithm) => {
  test('combined from parts equals that of the joined bytes', async () => {
    const parts = array(uint8Array({ maxLength: 300 }), { maxLength: 8 });
    await assert(
      asyncProperty(parts, async (pieces) => {
        const known = pieces.map(async (bytes) => ({ value: await base64(algorithm, bytes), sizeBytes: bytes.length }));
        const combined = combineCrcs(algorithm, await Promise.all(known));
        expect(combined).toBe(await base64(algorithm, Buffer.concat(pieces)));
      }),
    );
  });

  test('is combined for parts of several megabytes', async () => {
    const pieces = [Buffer.alloc(5 * 1024 ** 2, 'a'), Buffer.alloc(5 * 1024 ** 2, 'bc'), Buffer.alloc(12_345, 'd')];
    const known = pieces.map(async (bytes) => ({ value: await base64(algorithm, bytes), sizeBytes: bytes.length }));
    const combined = combineCrcs(algorithm, await Promise.all(known));
    expect(combined).toBe(await base64(algorithm, Buffer.concat(pieces)));
  });
});
