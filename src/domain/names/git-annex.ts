import type { Decoder } from './decoder';

/** `BACKEND-s<size>-m<mtime>--<name>`: hashes, keyed hashes of encrypted remotes, and the two backends without a hash. */
const KEY =
  /(?:(?:GPGHMAC)?(?:SHA[0-9_]+|MD5)|SKEIN[0-9]+|BLAKE2[BS]P?[0-9]+)E?(?:-[smSC][0-9]+)*--[0-9a-f]{32,}(?:\.|$)|(?:WORM|URL)(?:-[smSC][0-9]+)*--./;

/**
 * git-annex: the key of the content, after the remote's file prefix if it has one. The whole description is the name.
 * The prefix may contain slashes, a key never does.
 */
export const decodeGitAnnex: Decoder = (description) =>
  description.includes('--') && KEY.test(description.slice(description.lastIndexOf('/') + 1))
    ? { name: description, format: 'git-annex' }
    : null;
