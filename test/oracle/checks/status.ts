import { groupBy } from '../group-by';
import { latestClaims } from '../latest-receipts';
import type { World } from '../world';

type Figure = number | bigint | string | undefined;

const FINAL = new Set(['completed', 'completed-with-failures', 'cancelled']);

/** O8: the final `status` agrees with the oracle's counts and with the summary. */
export function status({ rows, claims, progress, summary }: World): string[] {
  const wrong: string[] = [];
  const expect = (what: string, reported: Figure, counted: Figure): void => {
    if (String(reported) !== String(counted))
      wrong.push(`status says ${what}: ${String(reported)}; counted: ${String(counted)}`);
  };
  const last = [...latestClaims(claims).values()];
  const count = (outcome: string): number => last.filter((claim) => claim.outcome === outcome).length;
  const failed = groupBy(
    last.filter(({ outcome }) => outcome === 'failed'),
    ({ reason }) => reason,
  );
  expect('total archives', progress.archives['total'], rows.length);
  for (const outcome of ['verified', 'failed', 'skipped']) expect(outcome, progress.archives[outcome], count(outcome));
  for (const open of ['waiting', 'requested', 'ready', 'moving']) expect(open, progress.archives[open], 0);
  for (const [reason, some] of failed) expect(`failed for ${reason}`, progress.failures[reason ?? ''], some.length);
  expect('the state', progress.state, summary?.state);
  if (!FINAL.has(progress.state)) wrong.push(`status says the state ${progress.state}, which is not a final state`);
  if (progress.state === 'completed' && count('verified') !== rows.length)
    wrong.push('status says completed, but not everything is verified');
  return wrong;
}
