import type { Archive, InventoryParameters } from './model';
import { sequenceKey, sequenceOfMarker } from './page';

/** How many archives are looked at before the pieces of a text go on: so much is done without a break. */
const BATCH_ARCHIVES = 1000;

/**
 * The archives that an inventory job lists: those of [StartDate, EndDate), from the marker on, at most `Limit`. Read once,
 * in batches, some of which may be empty; after that, `nextMarker` tells where the next page begins, null at the end.
 */
export class InventoryPage {
  nextMarker: string | null = null;
  private readonly afterSequence: number;
  private readonly from: string;
  private readonly to: string;
  private readonly limit: number;

  /**
   * @param archives in ascending order of sequence
   * @throws GlacierError for a marker that is none
   */
  constructor(
    private readonly archives: Iterable<Archive>,
    { startDate, endDate, limit, marker }: Omit<InventoryParameters, 'format'>,
  ) {
    this.afterSequence = sequenceOfMarker(marker);
    // ISO dates of one form order as their times do, and texts are compared faster.
    this.from = startDate === null ? '' : new Date(startDate).toISOString();
    this.to = endDate === null ? '~' : new Date(endDate).toISOString();
    this.limit = limit === null ? Infinity : Number(limit);
  }

  *batches(): Generator<readonly Archive[]> {
    let batch: Archive[] = [];
    let last: Archive | null = null;
    let [seen, taken] = [0, 0];
    for (const archive of this.archives) {
      if (this.isWanted(archive)) {
        if (taken === this.limit) {
          this.nextMarker = last && sequenceKey(last.sequence);
          break;
        }
        batch.push(archive);
        taken += 1;
        last = archive;
      }
      seen += 1;
      if (seen % BATCH_ARCHIVES !== 0) continue;
      yield batch;
      batch = [];
    }
    yield batch;
  }

  private isWanted({ sequence, creationDate }: Archive): boolean {
    return sequence > this.afterSequence && this.from <= creationDate && creationDate < this.to;
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
    const entries = batch.map(jsonEntry).join(',');
    yield entries === '' ? '' : separator + entries;
    if (entries !== '') separator = ',';
  }
  yield ']}';
}

const jsonEntry = (archive: Archive): string =>
  JSON.stringify({
    ArchiveId: archive.id,
    ArchiveDescription: archive.description,
    CreationDate: archive.creationDate,
    Size: archive.sizeBytes,
    SHA256TreeHash: archive.treeHash,
  });

function* csvInventory(page: Pick<InventoryPage, 'batches'>): Generator<string> {
  yield 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n';
  for (const batch of page.batches()) yield batch.map(csvRow).join('');
}

const csvRow = ({ id, description, creationDate, sizeBytes, treeHash }: Archive): string =>
  `${id},${csvField(description)},${creationDate},${sizeBytes},${treeHash}\n`;

/** Glacier's own quoting, its flaw included: a quote becomes `\"`, but a backslash stays as it is. */
function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
}
