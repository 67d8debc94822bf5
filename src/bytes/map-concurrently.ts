/**
 * Maps items with at most `concurrency` at work. After the first rejection, or when the signal aborts, no further item
 * is begun; those at work are awaited before the error is thrown, so nothing goes on behind the caller's back.
 * Results stand in the order of the items.
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
  const lane = async (): Promise<void> => {
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
  const lanes = await Promise.allSettled(Array.from({ length: Math.min(concurrency, items.length) }, lane));
  const rejected = lanes.find((end) => end.status === 'rejected');
  if (rejected !== undefined) throw rejected.reason;
  return results;
}
