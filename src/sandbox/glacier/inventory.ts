import { isoDate } from './environment';
import type { Archive, InventoryParameters, Vault } from './model';
import { type Page, sequenceKey, take } from './page';

/** The archives that an inventory job lists: those of [StartDate, EndDate), from the marker on, at most `Limit`. */
export function selectArchives(vault: Vault, parameters: InventoryParameters): Page<Archive> {
  const fromMs = parameters.startDate === null ? -Infinity : Date.parse(parameters.startDate);
  const toMs = parameters.endDate === null ? Infinity : Date.parse(parameters.endDate);
  const isWanted = (archive: Archive): boolean => {
    const createdMs = Date.parse(archive.creationDate);
    return fromMs <= createdMs && createdMs < toMs;
  };
  const limit = parameters.limit === null ? Infinity : Number(parameters.limit);
  const wanted = [...vault.archives.values()].filter(isWanted);
  return take(wanted, (archive) => sequenceKey(archive.sequence), parameters.marker, limit);
}

/** The output of an inventory job, in pieces. `nowMs`: the inventory's own date. */
export function inventoryText(
  format: InventoryParameters['format'],
  vaultArn: string,
  nowMs: number,
  archives: readonly Archive[],
): Iterable<string> {
  return format === 'JSON' ? jsonInventory(vaultArn, nowMs, archives) : csvInventory(archives);
}

function* jsonInventory(vaultArn: string, nowMs: number, archives: readonly Archive[]): Generator<string> {
  const date = isoDate(nowMs).replace(/\.\d+/, '');
  yield `{"VaultARN":${JSON.stringify(vaultArn)},"InventoryDate":"${date}","ArchiveList":[`;
  for (const [index, archive] of archives.entries()) {
    const entry = JSON.stringify({
      ArchiveId: archive.id,
      ArchiveDescription: archive.description,
      CreationDate: archive.creationDate,
      Size: archive.sizeBytes,
      SHA256TreeHash: archive.treeHash,
    });
    yield index === 0 ? entry : `,${entry}`;
  }
  yield ']}';
}

function* csvInventory(archives: readonly Archive[]): Generator<string> {
  yield 'ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n';
  for (const { id, description, creationDate, sizeBytes, treeHash } of archives) {
    yield `${id},${csvField(description)},${creationDate},${sizeBytes},${treeHash}\n`;
  }
}

/** Glacier's own quoting, its flaw included: a quote becomes `\"`, but a backslash stays as it is. */
function csvField(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '\\"')}"` : text;
}
