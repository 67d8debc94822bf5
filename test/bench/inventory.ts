/**
 * Prepares a generated inventory and prints seconds, peak memory and how long the event loop was kept, as one JSON object.
 *
 *   npx tsc && node dist/test/bench/inventory.js 1000000
 *   npx tsc && node dist/test/bench/inventory.js 1000000 1000     # filtered by 1,000 globs
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { prepareInventory } from '../../src/inventory/prepare';
import { EVERYTHING } from '../support/inventory';

/** One in ten is FastGlacier XML, one in ten JSON, one in a hundred bears a name that many others bear. */
function description(index: number): string {
  const name = `photos/2012/album ${index % 977}/IMG_${index} é.jpg`;
  if (index % 100 === 0) return 'No description.';
  if (index % 10 === 1) return `<m><v>4</v><p>${Buffer.from(name).toString('base64')}</p><lm>20120821T170824Z</lm></m>`;
  if (index % 10 === 2) return JSON.stringify({ Path: name, UTCDateModified: '20130322T120043Z' });
  return name;
}

function* inventory(archives: number): Generator<string> {
  yield '{"VaultARN":"arn:aws:glacier:us-east-1:123456789012:vaults/photos","InventoryDate":"2026-05-12T14:19:01Z","ArchiveList":[';
  for (let index = 0; index < archives; index += 1) {
    const digest = createHash('sha256').update(String(index)).digest('hex');
    const row = {
      ArchiveId: (digest + digest + digest).slice(0, 138),
      ArchiveDescription: description(index),
      CreationDate: new Date(1_330_000_000_000 + ((index * 7919) % archives) * 1000).toISOString(),
      Size: 1 + ((index * 2_654_435_761) % 100_000_000),
      SHA256TreeHash: digest,
    };
    yield (index === 0 ? '' : ',') + JSON.stringify(row);
  }
  yield ']}';
}

/** As people write them: endings, folders, words within names, and numbers. No two begin or end alike. */
const globs = (count: number): string[] =>
  Array.from({ length: count }, (_, number) => {
    const kinds = [
      `*.x${number}`,
      `photos/2012/album ${number}/**`,
      `*IMG_${number}[0-9]*.{jpg,tif} é*`,
      `IMG_?${number}*`,
      `**/album ${number}/*7*`,
    ] as const;
    return kinds[number % kinds.length] as string;
  });

async function main(archives: number, globCount: number): Promise<void> {
  const workDir = await mkdtemp(path.join(tmpdir(), 'inventory-bench-'));
  try {
    const file = path.join(workDir, 'inventory.json');
    await pipeline(Readable.from(inventory(archives), { objectMode: false }), createWriteStream(file));
    const include = globs(globCount);
    const delay = monitorEventLoopDelay({ resolution: 10 });
    delay.enable();
    const started = process.hrtime.bigint();
    const phases: Record<string, number> = {};
    const prepared = await prepareInventory({
      source: createReadStream(file),
      workDir,
      keyPrefix: 'archive/',
      ...EVERYTHING,
      ownWorkflowUpTo: 2000,
      filter: globCount === 0 ? {} : { include },
      onProgress: () => {
        phases['readSeconds'] = Number(process.hrtime.bigint() - started) / 1e9;
      },
    });
    delay.disable();
    const [p50, p99, max] = [delay.percentile(50), delay.percentile(99), delay.max].map((ns) => ns / 1e6 - 10);
    const seconds = Number(process.hrtime.bigint() - started) / 1e9;
    const figures = {
      archives,
      globs: globCount,
      inventoryBytes: (await stat(file)).size,
      seconds,
      rowsPerSecond: Math.round(archives / seconds),
      eventLoopDelayMs: { p50, p99, max },
      ...phases,
      peakRssMiB: Math.round(process.resourceUsage().maxRSS / 1024),
      cores: cpus().length,
      shards: prepared.shards.length,
      total: prepared.total,
      excluded: prepared.excluded,
      quarantinedRows: prepared.quarantinedRows,
      catalogueBytes: (await stat(prepared.cataloguePath)).size,
    };
    process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  } finally {
    await rm(workDir, { recursive: true, force: true });
  }
}

void main(Number(process.argv[2] ?? 1_000_000), Number(process.argv[3] ?? 0));
