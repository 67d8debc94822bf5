import type { Difference } from '../../src/verify/check-archive';
import type { SampleSize, VerifiedTotal } from '../../src/verify/sample';
import type { Counts } from '../../src/wire/progress';
import { PROOFS } from '../../src/wire/receipt';
import type { Verification } from '../../src/verify/verify-archives';
import { counted, formatBytes, formatCount, safeText } from '../text/format';
import { PROVED_BY } from '../text/proof-text';

/** What it will cost and prove, before it begins. */
export function announcement(bucket: string, total: VerifiedTotal, sample: SampleSize, readsBytes: boolean): string {
  const looks = `Checking ${counted(total.archives, 'object')} in s3://${bucket}: one HEAD request each.`;
  if (!readsBytes) {
    return `${looks} This proves size, checksum, ETag, version and metadata; use --read-data-subset to read bytes too.`;
  }
  return (
    `${looks} Reads the bytes of about ${formatCount(sample.objects)} of them (${formatBytes(sample.bytes)}) with GET ` +
    'requests, archived ones only where they are restored, and proves those by the tree hash of the inventory.'
  );
}

/** One archive with a difference as a line. */
export const differenceLine = ({ row, findings }: Difference): string =>
  safeText(`${row.key}: ${findings.map(({ message }) => message).join('; ')}`);

/** What became of it. @param expected what the run counted; null while it is not complete */
export function renderVerification(run: string, found: Verification, expected: Counts | null): string {
  return [
    found.different === 0
      ? `${run}: ${counted(found.verified, 'verified archive')} checked, none changed.`
      : `${run}: ${counted(found.different, 'archive')} of ${formatCount(found.archives)} ${found.different === 1 ? 'differs' : 'differ'}.`,
    '',
    ...facts(run, found, expected).map(([name, value]) => `${name.padEnd(10)}  ${value}`),
  ].join('\n');
}

function facts(
  run: string,
  found: Verification,
  expected: Counts | null,
): readonly (readonly [name: string, value: string])[] {
  const lines: (readonly [string, string])[] = [
    ['Checked', `${counted(found.verified, 'object')}: size, checksum, ETag, version, metadata`],
    ...proofLines(found),
  ];
  if (found.readObjects > 0) {
    lines.push(['Read', `${counted(found.readObjects, 'object')}, ${formatBytes(found.readBytes)}: every byte`]);
  }
  if (found.archivedObjects > 0) {
    lines.push([
      'Archived',
      `${counted(found.archivedObjects, 'object')} of the sample: attributes only. To read them, restore them ` +
        '(aws s3api restore-object), wait, and verify again',
    ]);
  }
  if (found.otherClass > 0) {
    lines.push(['Moved on', `${counted(found.otherClass, 'object')} in another storage class than at first: expected`]);
  }
  const others = [
    ...(found.failed > 0 ? [`${formatCount(found.failed)} failed`] : []),
    ...(found.skipped > 0 ? [`${formatCount(found.skipped)} skipped`] : []),
    ...(found.withoutReceipt > 0 ? [`${formatCount(found.withoutReceipt)} without a receipt`] : []),
  ];
  if (others.length > 0) lines.push(['Not moved', `${others.join(', ')}: see glacier-transfer list ${run}`]);
  if (expected !== null && !areWhole(found, expected)) lines.push(['Records', shortOf(found, expected)]);
  return lines;
}

/** What the archives without a difference rest on. */
function proofLines({ proofs }: Verification): readonly (readonly [string, string])[] {
  const proved = PROOFS.filter((proof) => proofs[proof] > 0);
  const counts = proved.map((proof) => `${formatCount(proofs[proof])} ${PROVED_BY[proof]}`);
  return counts.length === 0 ? [] : [['Proved', counts.join(', ')]];
}

/** The run's records say as much as the run has counted. */
export const areWhole = (found: Verification, expected: Counts | null): boolean =>
  expected === null || (expected.total === found.archives && expected.verified === found.verified);

const shortOf = (found: Verification, expected: Counts): string =>
  `the run counted ${counted(expected.total, 'archive')} and ${formatCount(expected.verified)} verified, its records contain ` +
  `${formatCount(found.archives)} and ${formatCount(found.verified)}`;

/** Why a verification ends with the code of a difference, and what to do. */
export function mismatchMessage(run: string, found: Verification, expected: Counts | null): string {
  if (found.different === 0 && expected !== null) {
    return `The records of ${run} are incomplete: ${shortOf(found, expected)}.`;
  }
  return (
    `${counted(found.different, 'archive')} of ${run} ${found.different === 1 ? 'is' : 'are'} not as verified. ` +
    'Restore the verified versions if the bucket kept them. Otherwise remove the conflicting objects and start a new ' +
    'run to the same destination: it adopts correct objects and moves the rest again, as long as the vault has them.'
  );
}
