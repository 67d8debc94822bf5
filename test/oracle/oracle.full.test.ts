import { judge, type CheckName } from './oracle';
import { call, goodWorld, history, SECRET } from './testing/good-world';
import type { Claim, FoundObject, World } from './world';

const good = goodWorld();
const [first, second, third] = good.claims as [Claim, Claim, Claim];
const [object, other, foreign] = good.objects as [FoundObject, FoundObject, FoundObject];
const { summary } = good as World & { summary: NonNullable<World['summary']> };

const claimed = (claim: Claim): Partial<World> => ({ claims: [claim, second, third] });
const found = (changed: FoundObject): Partial<World> => ({ objects: [changed, other, foreign] });
const secondJob = call('InitiateJob', { archive: 'a', job: 'job-a2' }, { status: 202 });
const fetchedAgain = call('GetJobOutput', { job: 'job-b', range: '0-1999999', sentBytes: 2_000_000 });
const DURING_FETCHES = Date.parse(fetchedAgain.time) + 500;

const messagesOf = (change: Partial<World>, check: CheckName): readonly string[] =>
  judge({ ...good, ...change })
    .filter((violation) => violation.check === check)
    .map(({ sentence }) => sentence);

test('the oracle reports no violation in a correct world', () => {
  expect(judge(good)).toEqual([]);
});

test.each<[CheckName, string, Partial<World>]>([
  ['O1 outcomes', 'a lost archive', { claims: [first, second] }],
  ['O1 outcomes', 'an unknown outcome', claimed({ ...first, outcome: 'done' })],
  ['O1 outcomes', 'a failure without a reason', { claims: [first, second, { ...third, reason: null }] }],
  ['O1 outcomes', 'a verified archive without an object', claimed({ ...first, stored: null })],
  ['O1 outcomes', 'another size', claimed({ ...first, sizeBytes: 1 })],
  ['O1 outcomes', 'another tree hash', claimed({ ...first, treeHash: 'ab' })],
  ['O1 outcomes', 'a receipt for an unknown archive', { claims: [...good.claims, { ...first, archiveId: 'x' }] }],
  ['O1 outcomes', 'verified, later failed', { claims: [...good.claims, { ...third, archiveId: 'a' }] }],
  ['O1 outcomes', 'no summary', { summary: null }],
  ['O1 outcomes', 'a wrong sum', { summary: { ...summary, bytes: { ...summary.bytes, total: '1' } } }],
  ['O2 bytes', 'no object', { objects: [other, foreign] }],
  ['O2 bytes', 'other bytes by their SHA-256', found({ ...object, sha256: '00'.repeat(32) })],
  ['O2 bytes', 'other bytes by their CRC', { objects: [object, { ...other, crc32: 'AAAAAA==' }, foreign] }],
  ['O2 bytes', 'a CRC of parts only', { objects: [object, { ...other, crc32: null }, foreign] }],
  ['O2 bytes', 'a small object with a CRC only', found({ ...object, sha256: null, crc32: first.stored?.crc32 ?? '' })],
  [
    'O2 bytes',
    'a receipt without a proof',
    claimed({ ...first, stored: first.stored && { ...first.stored, proof: 'none' } }),
  ],
  [
    'O2 bytes',
    'a moved object with the proof read-back',
    { claims: [first, { ...second, stored: second.stored && { ...second.stored, proof: 'read-back' } }, third] },
  ],
  ['O2 bytes', 'a byte too few', found({ ...object, sizeBytes: object.sizeBytes - 1 })],
  ['O2 bytes', 'other metadata', found({ ...object, treeHash: null })],
  ['O2 bytes', 'other bytes read back', found({ ...object, readBack: other.readBack })],
  ['O2 bytes', 'another version', claimed({ ...first, stored: first.stored && { ...first.stored, versionId: '2' } })],
  ['O2 bytes', 'an inventory with wrong tree hashes', { rows: good.rows.map((row) => ({ ...row, treeHash: 'ab' })) }],
  ['O3 keys', 'a stray object', { objects: [...good.objects, { ...object, key: 'stray' }] }],
  ['O3 keys', 'an object of a failed archive', { claims: [{ ...third, archiveId: 'a' }, second, third] }],
  [
    'O3 keys',
    'a broken object of a cancelled archive',
    {
      ...claimed({ ...first, outcome: 'skipped', reason: 'Cancelled', stored: null }),
      ...found({ ...object, sha256: '00'.repeat(32) }),
    },
  ],
  ['O3 keys', 'a key written twice', { objects: [...good.objects, { ...object, versionId: '2' }] }],
  ['O3 keys', 'two archives under one key', claimed({ ...first, key: second.key })],
  ['O3 keys', 'a foreign object gone', { objects: [object, other] }],
  ['O3 keys', 'a foreign object changed', { objects: [object, other, { ...foreign, crc32: 'AAAAAA==' }] }],
  ['O4 uploads', 'an open upload of the run', { uploads: [...good.uploads, { key: 'k', uploadId: 'ours' }] }],
  ['O4 uploads', 'a foreign upload gone', { uploads: [] }],
  ['O5 deletions', 'a deletion', { calls: [...good.calls, call('DeleteArchive', { archive: 'a' })] }],
  ['O6 jobs', 'a second job', { calls: [...good.calls, secondJob] }],
  ['O6 fetched bytes', 'bytes fetched twice', { calls: [...good.calls, fetchedAgain] }],
  ['O6 requests', 'too many requests', { calls: Array.from({ length: 300 }, () => call('DescribeJob', {})) }],
  ['O7 histories', 'many events', { histories: [history({ events: 10_240 })] }],
  ['O7 histories', 'a large history', { histories: [history({ sizeBytes: 20 * 2 ** 20 })] }],
  ['O7 histories', 'a large payload', { histories: [history({ largestPayloadBytes: 256 * 1_024 })] }],
  ['O7 histories', 'many pending', { histories: [history({ mostPending: 2_000 })] }],
  ['O7 histories', 'nondeterministic code', { histories: [history({ strayTasks: 1 })] }],
  ['O8 status', 'a wrong count', { progress: { ...summary, archives: { ...summary.archives, verified: 3 } } }],
  [
    'O8 status',
    'an archive that is still moving',
    { progress: { ...summary, archives: { ...summary.archives, moving: 1 } } },
  ],
  ['O8 status', 'a wrong failure reason', { progress: { ...summary, failures: { HashMismatch: 1 } } }],
  ['O8 status', 'a state that is not final', { progress: { ...summary, state: 'transferring' } }],
  ['O8 status', 'completed although an archive failed', { progress: { ...summary, state: 'completed' } }],
  ['O9 secrets', 'a secret in a history', { histories: [history({ bytes: Buffer.from(`x${SECRET}y`) })] }],
  ['O9 secrets', 'a secret in a URL', { papers: [{ name: 'log', bytes: Buffer.from(encodeURIComponent(SECRET)) }] }],
])('the check %s reports %s', (check, _what, change) => {
  expect(messagesOf(change, check)).not.toEqual([]);
});

test.each<[CheckName, string, Partial<World>]>([
  [
    'O6 jobs',
    'a job that expired on command',
    {
      calls: [
        ...good.calls,
        call('GetJobOutput', { job: 'job-a', fault: 'expire-job', error: 'ResourceNotFoundException' }),
        secondJob,
      ],
    },
  ],
  [
    'O6 jobs',
    'a job whose id was lost with the response',
    { calls: [...good.calls, { ...secondJob, detail: { ...secondJob.detail, fault: 'lose-reply' }, status: 0 }] },
  ],
  [
    'O6 fetched bytes',
    'a flipped bit',
    { calls: [...good.calls, { ...fetchedAgain, detail: { ...fetchedAgain.detail, fault: 'flip-bit' } }] },
  ],
  [
    'O3 keys',
    'a complete object of an archive that was cancelled before the response arrived',
    claimed({ ...first, outcome: 'skipped', reason: 'Cancelled', stored: null }),
  ],
  ['O6 fetched bytes', 'a kill', { calls: [...good.calls, fetchedAgain], killsMs: [DURING_FETCHES] }],
])('the check %s accepts %s', (check, _what, change) => {
  expect(messagesOf(change, check)).toEqual([]);
});
