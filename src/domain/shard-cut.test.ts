import * as fc from 'fast-check';
import { FIRST_SHARD, placeArchive } from './shard-cut';

const limits = { archives: 4, ownArchives: 2, bytes: 100 };
const small = (sizeBytes: number) => ({ sizeBytes, own: false });
const own = (sizeBytes: number) => ({ sizeBytes, own: true });

/** Shard number of each archive. */
function cut(archives: readonly { sizeBytes: number; own: boolean }[]): number[] {
  let open = FIRST_SHARD;
  return archives.map((archive) => (open = placeArchive(open, archive, limits)).shard);
}

describe('cutting shards', () => {
  it.each([
    ['by archives', [small(1), small(1), small(1), small(1), small(1)], [0, 0, 0, 0, 1]],
    ['by archives with a workflow of their own', [own(1), small(1), own(1), own(1), small(1)], [0, 0, 0, 1, 1]],
    ['by bytes, up to the limit itself', [small(60), small(40), small(1)], [0, 0, 1]],
    ['an archive beyond the limit alone', [small(1), own(500), small(1)], [0, 1, 2]],
    ['an archive beyond the limit first', [own(500), small(1)], [0, 1]],
  ])('%s', (_case, archives, shards) => {
    expect(cut(archives)).toEqual(shards);
  });

  it('is contiguous and loses nothing', () => {
    const archive = fc.record({ sizeBytes: fc.integer({ min: 1, max: 150 }), own: fc.boolean() });
    fc.assert(
      fc.property(fc.array(archive), (archives) => {
        const shards = cut(archives);
        expect(shards.length).toBe(archives.length);
        for (const [position, shard] of shards.entries()) {
          expect([0, 1]).toContain(shard - (shards[position - 1] ?? 0));
        }
        for (const shard of new Set(shards)) {
          const members = archives.filter((_, position) => shards[position] === shard);
          expect(members.length).toBeLessThanOrEqual(limits.archives);
          expect(members.filter((member) => member.own).length).toBeLessThanOrEqual(limits.ownArchives);
          const bytes = members.reduce((sum, member) => sum + member.sizeBytes, 0);
          expect(bytes <= limits.bytes || members.length === 1).toBe(true);
        }
      }),
    );
  });
});
