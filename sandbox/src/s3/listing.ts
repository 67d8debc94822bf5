import { compareKeys, seek } from './key-order';

interface ListingRequest {
  readonly prefix: string;
  /** Empty: no grouping. */
  readonly delimiter: string;
  /** Key or common prefix after which the page starts; empty: at the beginning. */
  readonly after: string;
  readonly most: number;
}

/** One page; keys and common prefixes in one order, of which `last` is the end. */
export interface ListingPage {
  readonly keys: readonly string[];
  readonly commonPrefixes: readonly string[];
  readonly truncated: boolean;
  readonly last: string;
}

/** A key, or the common prefix that stands for several. */
export interface ListingEntry {
  readonly name: string;
  readonly isPrefix: boolean;
}

/** Lists a page of ordered keys the way ListObjects does: keys sharing a prefix up to the delimiter count as one. */
export function listPage(ordered: readonly string[], request: ListingRequest): ListingPage {
  const keys: string[] = [];
  const commonPrefixes: string[] = [];
  let last = '';
  for (const { name, isPrefix } of listEntries(ordered, request)) {
    if (keys.length + commonPrefixes.length === request.most) {
      return { keys, commonPrefixes, truncated: request.most > 0, last };
    }
    (isPrefix ? commonPrefixes : keys).push(name);
    last = name;
  }
  return { keys, commonPrefixes, truncated: false, last };
}

/** All entries after `after`, lazily; the keys must not change meanwhile. */
export function* listEntries(
  ordered: readonly string[],
  request: Omit<ListingRequest, 'most'>,
): Generator<ListingEntry, void> {
  const { prefix, delimiter, after } = request;
  let index = Math.max(firstNotBefore(ordered, prefix), after === '' ? 0 : behind(ordered, after, request));
  for (;;) {
    const key = ordered[index];
    if (key === undefined || !key.startsWith(prefix)) return;
    const group = groupOf(key, prefix, delimiter);
    yield { name: group ?? key, isPrefix: group !== null };
    index = group === null ? index + 1 : behindGroup(ordered, index, group);
  }
}

/** The common prefix that stands for the key; null where the key stands for itself. */
export function groupOf(key: string, prefix: string, delimiter: string): string | null {
  const end = delimiter === '' ? -1 : key.indexOf(delimiter, prefix.length);
  return end === -1 ? null : key.slice(0, end + delimiter.length);
}

function behind(
  ordered: readonly string[],
  after: string,
  { prefix, delimiter }: Pick<ListingRequest, 'prefix' | 'delimiter'>,
): number {
  const index = firstNotBefore(ordered, after);
  if (after.startsWith(prefix) && groupOf(after, prefix, delimiter) === after)
    return behindGroup(ordered, index, after);
  return ordered[index] === after ? index + 1 : index;
}

const firstNotBefore = (ordered: readonly string[], bound: string): number =>
  seek(ordered, (key) => compareKeys(key, bound) >= 0);

/** Index after the keys that start with `group`, of which `from` is the first. */
function behindGroup(ordered: readonly string[], from: number, group: string): number {
  let step = 1;
  while (ordered[from + step]?.startsWith(group) === true) step *= 2;
  const stretch = ordered.slice(from, from + step);
  return from + seek(stretch, (key) => !key.startsWith(group));
}
