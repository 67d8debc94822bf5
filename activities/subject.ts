import type { FailureSubject } from '../src/failure-origin';

/** The fields of inputs that name the subject of an activity. */
interface Named {
  readonly run?: unknown;
  readonly settings?: { readonly run?: unknown };
  readonly shard?: unknown;
  readonly index?: unknown;
  readonly archive?: { readonly archiveId?: unknown; readonly index?: unknown };
}

/** The run, shard and archive that an activity works on. @param input the arguments of any activity */
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
