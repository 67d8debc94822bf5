import type { FailureSubject } from '../src/failure-origin';

/** The members of inputs that name what an activity is about: `settings`, `shard`, `archive` and the like. */
interface Named {
  readonly run?: unknown;
  readonly settings?: { readonly run?: unknown };
  readonly shard?: unknown;
  readonly index?: unknown;
  readonly archive?: { readonly archiveId?: unknown; readonly index?: unknown };
}

/** @param input the arguments of any activity; one of them may be an object that names the others */
export function subjectOf(input: readonly unknown[]): FailureSubject {
  const objects = input.filter((one): one is Named => typeof one === 'object' && one !== null);
  const first = (read: (named: Named) => unknown): unknown => objects.map(read).find((value) => value !== undefined);
  const run = first((named) => named.settings?.run ?? named.run);
  const shard = first((named) => named.shard);
  const archiveId = first((named) => named.archive?.archiveId);
  const archiveIndex = first((named) => named.archive?.index);
  return {
    ...(typeof run === 'string' ? { run } : {}),
    ...(typeof shard === 'number' ? { shard } : {}),
    ...(typeof archiveIndex === 'number' ? { archiveIndex } : {}),
    ...(typeof archiveId === 'string' ? { archiveId } : {}),
  };
}
