import type { Vault } from './vault';

/**
 * When the service takes a vault's inventory. `fresh`: on each request, if the vault has changed since the
 * last one. `daily`: as AWS does, 14 hours after the first upload (AWS: half a day to a day) and every 24 hours from then
 * on, if the vault has changed since the last one.
 */
export type InventoryMode = 'fresh' | 'daily';

const HOUR_MS = 60 * 60 * 1000;
const FIRST_AFTER_MS = 14 * HOUR_MS;
const INTERVAL_MS = 24 * HOUR_MS;

/** The first daily inventory after the last write, in milliseconds since 1970; null if nothing changed since the last one. */
export function dailyInventoryDueAtMs(
  vault: Pick<Vault, 'firstWriteDate' | 'lastWriteDate'> & { readonly archives: Pick<Vault['archives'], 'hasChanged'> },
): number | null {
  if (!vault.archives.hasChanged || vault.firstWriteDate === null || vault.lastWriteDate === null) return null;
  const firstAtMs = Date.parse(vault.firstWriteDate) + FIRST_AFTER_MS;
  const sinceFirstMs = Date.parse(vault.lastWriteDate) - firstAtMs;
  return sinceFirstMs < 0 ? firstAtMs : firstAtMs + (Math.floor(sinceFirstMs / INTERVAL_MS) + 1) * INTERVAL_MS;
}
