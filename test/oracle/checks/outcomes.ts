import { latestClaims } from '../latest-receipts';
import type { Account, Claim, SeededRow, World } from '../world';

type Figure = number | bigint | string | undefined;

const OUTCOMES = ['verified', 'failed', 'skipped'] as const;

/** O1: every row of the inventory has exactly one outcome, with a reason where it is not verified, and all sums agree. */
export function outcomes({ rows, claims, summary }: World): string[] {
  const last = latestClaims(claims);
  const known = new Set(rows.map(({ archiveId }) => archiveId));
  const unknown = claims.filter(({ archiveId }) => !known.has(archiveId));
  return [
    ...rows.flatMap((row) => ofRow(row, last.get(row.archiveId))),
    ...claims.flatMap((claim) => changedOutcome(claim, last.get(claim.archiveId))),
    ...unknown.map(({ archiveId, file }) => `a receipt in ${file} is about ${archiveId}, which is not in the vault`),
    ...(summary === null ? ['there is no summary.json'] : sums(summary, rows, last)),
  ];
}

function ofRow(row: SeededRow, claim: Claim | undefined): string[] {
  const { archiveId } = row;
  if (claim === undefined) return [`archive ${archiveId} has no receipt: it is lost`];
  const wrong: string[] = [];
  if (!(OUTCOMES as readonly string[]).includes(claim.outcome))
    wrong.push(`archive ${archiveId} ended as "${claim.outcome}", which is not a valid outcome`);
  if (claim.sizeBytes !== row.sizeBytes)
    wrong.push(`the receipt of ${archiveId} says ${claim.sizeBytes} bytes instead of ${row.sizeBytes}`);
  if (claim.treeHash !== row.treeHash)
    wrong.push(`the receipt of ${archiveId} has another tree hash than the inventory`);
  if (claim.outcome === 'verified' ? claim.stored === null : !claim.reason || !claim.message)
    wrong.push(`the receipt of ${archiveId} says ${claim.outcome}, but not ${claim.stored === null ? 'why' : 'where'}`);
  return wrong;
}

/** A verified archive must stay verified. */
const changedOutcome = (claim: Claim, last: Claim | undefined): string[] =>
  claim.outcome === 'verified' && last?.outcome !== 'verified'
    ? [`archive ${claim.archiveId} was verified in ${claim.file}, and ${last?.outcome} in ${last?.file}`]
    : [];

function sums(summary: Account, rows: readonly SeededRow[], last: ReadonlyMap<string, Claim>): string[] {
  const wrong: string[] = [];
  const expect = (what: string, reported: Figure, counted: Figure): void => {
    if (String(reported) !== String(counted))
      wrong.push(`summary.json says ${what}: ${String(reported)}; counted: ${String(counted)}`);
  };
  const bytesOf = (some: readonly SeededRow[]): bigint => some.reduce((sum, row) => sum + BigInt(row.sizeBytes), 0n);
  for (const outcome of OUTCOMES) {
    const some = rows.filter(({ archiveId }) => last.get(archiveId)?.outcome === outcome);
    expect(`archives ${outcome}`, summary.archives[outcome], some.length);
    expect(`bytes ${outcome}`, summary.bytes[outcome], bytesOf(some));
  }
  expect('total archives', summary.archives['total'], rows.length);
  expect('total bytes', summary.bytes['total'], bytesOf(rows));
  return wrong;
}
