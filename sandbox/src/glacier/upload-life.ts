import { type Glacier, isoDate, requireVault } from './environment';
import { notFound } from './errors';
import { ENDED_LIFE_MS, type EndedUpload, type OpenUpload } from './model';
import type { Vault } from './vault';

/** An upload without a new part for this long is gone; the guide says that it "may be removed". */
const IDLE_LIFE_MS = 24 * 60 * 60 * 1000;

const hasIdled = ({ lastActivityDate }: OpenUpload, nowMs: number): boolean =>
  nowMs - Date.parse(lastActivityDate) >= IDLE_LIFE_MS;

/** @throws GlacierError 404 for an unknown or ended upload */
export function requireUpload(glacier: Glacier, path: { vault: string; upload: string }): OpenUpload {
  const open = requireVault(glacier, path.vault).uploads.get(path.upload);
  if (open === undefined || hasIdled(open, glacier.now())) throw uploadNotFound(path.upload);
  return open;
}

export const uploadNotFound = (uploadId: string): Error => notFound(`The upload ID was not found: ${uploadId}`);

/** An upload that was completed or aborted recently. */
export function recentlyEnded(vault: Vault, uploadId: string, nowMs: number): EndedUpload | undefined {
  const ended = vault.endedUploads.get(uploadId);
  return ended === undefined || nowMs - Date.parse(ended.date) > ENDED_LIFE_MS ? undefined : ended;
}

/** Removes idle uploads and their bytes. */
export async function dropIdleUploads(glacier: Glacier, vault: Vault): Promise<void> {
  for (const open of vault.uploads.values()) {
    if (hasIdled(open, glacier.now())) await dropUpload(glacier, vault, open);
  }
}

export async function dropUpload(glacier: Glacier, vault: Vault, { upload, parts }: OpenUpload): Promise<void> {
  const date = isoDate(glacier.now());
  glacier.store.record({ type: 'upload-aborted', vault: vault.name, uploadId: upload.id, date });
  await glacier.blobs.discard([...parts.values()].map((blob) => blob.file));
}
