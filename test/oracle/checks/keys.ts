import { groupBy } from '../group-by';
import { checksumProblem } from '../stored-checksum';
import { latestClaims } from '../latest-receipts';
import type { FoundObject, World } from '../world';

const nameOf = ({ key, versionId }: FoundObject): string => `${key} (version ${versionId})`;

/** O3: no object without a receipt, no two archives under one key, and no foreign object changed. */
export function keys({ rows, objects, planted, claims }: World): string[] {
  const last = latestClaims(claims);
  const verified = [...last.values()].filter(({ outcome }) => outcome === 'verified');
  const owners = groupBy(verified, ({ key }) => key);
  const foreign = new Set(planted.objects.map(nameOf));
  const found = new Map(objects.map((object) => [nameOf(object), object]));
  const ours = objects.filter((object) => !foreign.has(nameOf(object)));
  const truths = new Map(rows.map(({ archiveId, truth }) => [archiveId, truth]));
  /** Complete, but its archive was cancelled before S3 responded: the next run adopts it. */
  const isUnreported = (object: FoundObject): boolean => {
    const truth = truths.get(object.archiveId ?? '');
    const { outcome, reason } = last.get(object.archiveId ?? '') ?? {};
    if (truth === undefined || outcome !== 'skipped' || reason !== 'Cancelled') return false;
    return checksumProblem(object, truth) === null && object.sizeBytes === truth.sizeBytes;
  };
  return [
    ...ours
      .filter((object) => !isUnreported(object))
      .filter(({ key, archiveId }) => owners.get(key)?.[0]?.archiveId !== archiveId)
      .map((object) => `${nameOf(object)} is a stray object: no receipt reports it as verified`),
    ...[...groupBy(ours, ({ key }) => key)]
      .filter(([, versions]) => versions.length > 1)
      .map(([key, versions]) => `${key} was written ${versions.length} times`),
    ...[...owners]
      .filter(([, claims]) => claims.length > 1)
      .map(([key, claims]) => `${claims.map(({ archiveId }) => archiveId).join(' and ')} share the key ${key}`),
    ...planted.objects
      .filter((object) => !isSame(object, found.get(nameOf(object))))
      .map((object) => `${nameOf(object)} is a foreign object and has changed`),
  ];
}

const isSame = (before: FoundObject, after: FoundObject | undefined): boolean =>
  JSON.stringify(before) === JSON.stringify(after);
