import { invalidParameter } from './errors';

interface Page<Item> {
  readonly items: readonly Item[];
  /** Where the next page starts; null at the end. */
  readonly marker: string | null;
}

/** Keys that sort like their numbers. */
export const sequenceKey = (sequence: number): string => String(sequence).padStart(15, '0');

/**
 * The number in a marker made by `sequenceKey`; -1 where there is no marker.
 * @throws GlacierError for any other text
 */
export function sequenceOfMarker(marker: string | null): number {
  if (marker === null) return -1;
  if (!/^\d{15}$/.test(marker)) throw invalidParameter(`Invalid marker: ${marker}`);
  return Number(marker);
}

/**
 * The limit of a query.
 * @param mostItems both the largest and the default limit
 * @throws GlacierError for a limit outside 1..mostItems
 */
export function limitOf(query: URLSearchParams, mostItems: number): number {
  const text = query.get('limit') ?? String(mostItems);
  const limit = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (limit < 1 || limit > mostItems) throw invalidParameter(`Invalid limit: ${text} (1 to ${mostItems})`);
  return limit;
}

/** The first `limit` items; the marker is the key of the last of them if there are more. */
export function firstOf<Item>(items: Iterable<Item>, keyOf: (item: Item) => string, limit: number): Page<Item> {
  const taken: Item[] = [];
  for (const item of items) {
    const last = taken.at(-1);
    if (taken.length === limit && last !== undefined) return { items: taken, marker: keyOf(last) };
    taken.push(item);
  }
  return { items: taken, marker: null };
}
