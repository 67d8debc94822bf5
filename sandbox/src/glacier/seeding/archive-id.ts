import { hash } from 'node:crypto';

const ID_LENGTH = 138;
/** Six bytes as base64. */
const POSITION_LENGTH = 8;
const POSITIONS = 2 ** 48;
/** 64 bytes as base64. */
const DIGEST_LENGTH = 86;

/**
 * The id of a seeded archive: its masked position, then a digest of seed and position, then one of that digest, part of
 * which masks the position. So the position can be read from the id, and an id of another vault or a forged one is detected
 * by its digest.
 */
export function archiveIdAt(seed: string, position: number): string {
  const digest = hash('sha512', `archive\0${seed}\0${position}`, 'base64url');
  const filling = hash('sha512', digest, 'base64url');
  const hidden = textOf((position + numberIn(filling)) % POSITIONS);
  return (hidden + digest + filling.slice(POSITION_LENGTH)).slice(0, ID_LENGTH);
}

/** The position of the archive with this id, if it is one of a vault of this seed with `count` archives; else null. */
export function positionOfId(seed: string, count: number, archiveId: string): number | null {
  if (!/^[A-Za-z0-9_-]{138}$/.test(archiveId)) return null;
  const digest = archiveId.slice(POSITION_LENGTH, POSITION_LENGTH + DIGEST_LENGTH);
  const filling = hash('sha512', digest, 'base64url');
  const position = (numberIn(archiveId) + POSITIONS - numberIn(filling)) % POSITIONS;
  return position < count && archiveIdAt(seed, position) === archiveId ? position : null;
}

const numberIn = (text: string): number => Buffer.from(text.slice(0, POSITION_LENGTH), 'base64url').readUIntBE(0, 6);

function textOf(number: number): string {
  const bytes = Buffer.alloc(6);
  bytes.writeUIntBE(number, 0, 6);
  return bytes.toString('base64url');
}
