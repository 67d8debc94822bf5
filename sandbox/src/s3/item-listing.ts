import { compareKeys } from './key-order';
import { groupOf, listEntries, type ListingEntry } from './listing';

interface ItemListing<Item> {
  /** Ordered keys that have items; several lists are merged. */
  readonly keys: readonly (readonly string[])[];
  /** The items of a key in the order of the listing. */
  readonly itemsOf: (key: string) => readonly Item[];
  readonly idOf: (item: Item) => string;
  readonly prefix: string;
  /** Empty: no grouping. */
  readonly delimiter: string;
  /** The key after which the page starts; empty: at the beginning. With an id, after that item of the key. */
  readonly after: { readonly key: string; readonly id: string | null };
  readonly most: number;
}

interface ItemPage<Item> {
  readonly items: readonly Item[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  /** The last entry of the page; a string is a common prefix; null: the page is empty. */
  readonly last: Item | string | null;
}

/** A page of a listing in which a key may have several items, such as versions or uploads. */
export function listItems<Item extends object>(listing: ItemListing<Item>): ItemPage<Item> {
  const items: Item[] = [];
  const commonPrefixes: string[] = [];
  let last: Item | string | null = null;
  for (const step of steps(listing)) {
    if (items.length + commonPrefixes.length === listing.most) {
      return { items, commonPrefixes, truncated: listing.most > 0, last };
    }
    if (typeof step === 'string') commonPrefixes.push(step);
    else items.push(step);
    last = step;
  }
  return { items, commonPrefixes, truncated: false, last };
}

function* steps<Item>(listing: ItemListing<Item>): Generator<Item | string, void> {
  const { keys, itemsOf, prefix, delimiter, after } = listing;
  // A marker inside a group means the group: S3 does not list it again.
  const group = groupOf(after.key, prefix, delimiter);
  if (group === null && after.id !== null && after.key.startsWith(prefix)) yield* itemsBehind(listing, after.id);
  const request = { prefix, delimiter, after: group ?? after.key };
  for (const { name, isPrefix } of merge(keys.map((ordered) => listEntries(ordered, request)))) {
    if (isPrefix) yield name;
    else yield* itemsOf(name);
  }
}

/** All items of the key if the marked one is gone: a client that deletes page by page continues after it. */
function itemsBehind<Item>({ itemsOf, idOf, after }: ItemListing<Item>, id: string): readonly Item[] {
  const items = itemsOf(after.key);
  return items.slice(items.findIndex((item) => idOf(item) === id) + 1);
}

/** Merges ordered listings; entries of the same name are one. */
function* merge(listings: readonly Generator<ListingEntry, void>[]): Generator<ListingEntry, void> {
  const heads = listings.map((listing) => listing.next());
  for (;;) {
    const [least] = heads
      .flatMap((head) => (head.done === true ? [] : [head.value]))
      .sort((a, b) => compareKeys(a.name, b.name));
    if (least === undefined) return;
    yield least;
    for (const [index, listing] of listings.entries()) {
      const head = heads[index];
      if (head?.done === false && head.value.name === least.name) heads[index] = listing.next();
    }
  }
}
