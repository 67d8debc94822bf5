import type { GlacierJobDescription } from '@aws-sdk/client-glacier';

/**
 * Whether a job lists the whole vault as JSON. One with a date range, a limit or a marker lists a part; in a finished job
 * a marker says that the list goes on elsewhere.
 */
export function isWholeInventory(job: GlacierJobDescription): boolean {
  const { Format, StartDate, EndDate, Limit, Marker } = job.InventoryRetrievalParameters ?? {};
  const limits = [StartDate, EndDate, Limit, Marker].filter((limit) => limit != null);
  return job.Action === 'InventoryRetrieval' && Format === 'JSON' && limits.length === 0;
}
