import type { PinnedInventory } from './archive-index';
import type { InventoryEntry } from './inventory-entries';
import type { Archive, InventoryParameters } from './model';
import { sequenceKey, sequenceOfMarker } from './page';

/** Archives per piece of text: the event loop is blocked this long, a few milliseconds. */
const BATCH_ARCHIVES = 250;

/**
 * The archives that an inventory job lists: those of [StartDate, EndDate), from the marker on, at most `Limit`
 * (invalid rows do not count). Read once,
 * in batches, some of which may be empty; after that, `nextMarker` tells where the next page begins, null at the end.
 */
export class InventoryPage {
  nextMarker: string | null = null;
  private readonly afterSequence: number;
  private readonly from: string;
  private readonly to: string;
  private readonly limit: number;

  /** @throws GlacierError for an invalid marker */
  constructor(
    private readonly inventory: Pick<PinnedInventory, 'entriesAfter'>,
    { startDate, endDate, limit, marker }: Omit<InventoryParameters, 'format'>,
  ) {
    this.afterSequence = sequenceOfMarker(marker);
    // ISO dates of one form sort like their times, and comparing texts is faster.
    this.from = startDate === null ? '' : new Date(startDate).toISOString();
    this.to = endDate === null ? '~' : new Date(endDate).toISOString();
    this.limit = limit === null ? Infinity : Number(limit);
  }

  *batches(): Generator<readonly InventoryEntry[]> {
    let batch: InventoryEntry[] = [];
    let last: Archive | null = null;
    let [seen, taken] = [0, 0];
    for (const entry of this.inventory.entriesAfter(this.afterSequence)) {
      if (this.isWanted(entry.archive)) {
        if (taken === this.limit) {
          this.nextMarker = last && sequenceKey(last.sequence);
          break;
        }
        batch.push(entry);
        taken += 1;
        last = entry.archive;
      }
      seen += 1;
      if (seen % BATCH_ARCHIVES !== 0) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  }

  private isWanted({ creationDate }: Archive): boolean {
    return this.from <= creationDate && creationDate < this.to;
  }
}

/** The output of an inventory job, in pieces. `date`: the inventory's own. */
export function inventoryText(
  format: InventoryParameters['format'],
  vaultArn: string,
  date: string,
  page: Pick<InventoryPage, 'batches'>,
): Iterable<string> {
  return format === 'JSON' ? jsonInventory(vaultArn, date, page) : csvInventory(page);
}

function* jsonInventory(vaultArn: string, date: string, page: Pick<InventoryPage, 'batches'>): Generator<string> {
  const toTheSecond = date.replace(/\.\d+/, '');
  yield `{"VaultARN":${JSON.stringify(vaultArn)},"InventoryDate":"${toTheSecond}","ArchiveList":[`;
  let separator = '';
  for (const batch of page.batches()) {
    const entries = batch.flatMap(jsonRows).join(',');
    yield entries === '' ? '' : separator + entries;
    if (entries !== '') separator = ',';
  }
  yield ']}';
}

const jsonRows = ({ archive, badRowsBehind }: InventoryEntry): string[] => [
  JSON.stringify({
    ArchiveId: archive.id,
    ArchiveDescription: archive.description,
    CreationDate: archive.creationDate,
    Size: archive.sizeBytes,
    SHA256TreeHash: archive.treeHash,
  }),
  ...badRowsBehind.map(({ json }) => json),
];

function* csvInventory(page: Pick<InventoryPage, 'batches'>): Generator<string> {
  yield 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n';
  for (const batch of page.batches()) yield batch.flatMap(csvRows).join('');
}

const csvRows = ({ archive, badRowsBehind }: InventoryEntry): string[] => [
  csvRow(archive),
  ...badRowsBehind.map(({ csv }) => `${csv}\n`),
];

const csvRow = ({ id, description, creationDate, sizeBytes, treeHash }: Archive): string =>
  `${id},${csvField(description)},${creationDate},${sizeBytes},${treeHash}\n`;

/** Glacier's own quoting, including its flaw: a quote becomes `\"`, but a backslash stays as it is. */
function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
}
