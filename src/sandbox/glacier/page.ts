import { invalidParameter } from './errors';

export interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page begins; null at the end. */
  readonly marker: string | null;
}

/** Keys of numbered things, such that they sort as their numbers do. */
export const sequenceKey = (sequence: number): string => String(sequence).padStart(15, '0');

/**
 * One page of a list as `limit` and `marker` of the query ask for it.
 * @param items in ascending order of their keys
 * @param mostItems both the largest and the default limit
 * @throws GlacierError for a limit outside 1..mostItems
 */
export function pageOf<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
  query: URLSearchParams,
  mostItems: number,
): Page<Item> {
  const limitText = query.get('limit') ?? String(mostItems);
  const limit = /^\d{1,9}$/.test(limitText) ? Number(limitText) : 0;
  if (limit < 1 || limit > mostItems) throw invalidParameter(`Invalid limit: ${limitText} (1 to ${mostItems})`);
  return take(items, keyOf, query.get('marker'), limit);
}

/** At most `limit` items behind `marker`, which is the key of the last item of the page before. */
export function take<Item>(
  items: Iterable<Item>,
  keyOf: (item: Item) => string,
  marker: string | null,
  limit: number,
): Page<Item> {
  const taken: Item[] = [];
  let lastKey: string | null = null;
  for (const item of items) {
    const key = keyOf(item);
    if (marker !== null && key <= marker) continue;
    if (taken.length === limit) return { items: taken, marker: lastKey };
    taken.push(item);
    lastKey = key;
  }
  return { items: taken, marker: null };
}
