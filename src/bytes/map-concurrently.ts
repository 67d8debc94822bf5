/**
 * Maps items with limited concurrency. After the first rejection, or if the signal aborts, no further item is started;
 * those in progress are awaited before the error is thrown, so that no work continues unnoticed. Results are in the order
 * of the items.
 */
export async function mapConcurrently<T, R>(
  items: readonly T[],
  concurrency: number,
  signal: AbortSignal,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let failed = false;
  const runner = async (): Promise<void> => {
    try {
      for (const [position, item] of queue) {
        if (failed) return;
        signal.throwIfAborted();
        results[position] = await map(item);
      }
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  const runners = await Promise.allSettled(Array.from({ length: Math.min(concurrency, items.length) }, runner));
  const rejected = runners.find((end) => end.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
  return results;
}
