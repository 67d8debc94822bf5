/**
 * Calls `work` for every item, at most `limit` at a time, and gives the results in the order of the items.
 * Begins nothing new after a failure or once `signal` is aborted; then it throws.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  signal: AbortSignal,
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  const failed = new AbortController();
  const queue = items.entries();
  const runOn = async (): Promise<void> => {
    for (const [index, item] of queue) {
      signal.throwIfAborted();
      if (failed.signal.aborted) return;
      results[index] = await work(item);
    }
  };
  const lanes = Array.from({ length: limit }, () =>
    runOn().catch((error: unknown) => {
      failed.abort();
      throw error;
    }),
  );
  const settled = await Promise.allSettled(lanes);
  for (const lane of settled) if (lane.status === 'rejected') throw lane.reason;
  return results;
}
