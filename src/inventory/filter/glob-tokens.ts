import { ClassFinder, expandBraces } from './glob-braces';
import { GlobError } from './glob-error';

/** Longest glob, in UTF-16 code units: a name has at most 1,024 bytes. */
const MAX_GLOB_CHARACTERS = 1024;

/** First and last code point of a range. */
export type Range = readonly [first: number, last: number];

/** What a glob is made of. Everything but `folders` and `rest` matches within a folder. */
export type Token =
  | { readonly kind: 'character'; readonly code: number }
  /** One of some characters, or one that is not among them; never a slash. */
  | { readonly kind: 'class'; readonly ranges: readonly Range[]; readonly negated: boolean }
  /** `*`: any characters, or none. */
  | { readonly kind: 'star' }
  /** `**` and its slash: any folders, or none. */
  | { readonly kind: 'folders' }
  /** `**` at the end: all that is below. */
  | { readonly kind: 'rest' };

/** `?`: a character that is not among none. */
const ANY: Token = { kind: 'class', ranges: [], negated: true };
const SLASH: Token = { kind: 'character', code: '/'.charCodeAt(0) };

/**
 * Reads a glob on names of archives, with the rules of `.gitignore`: without a slash it is matched against the last part
 * of the name, with one against the whole name, and a slash at its end stands for all within a folder.
 * @returns the alternatives that its braces stand for, each as tokens that match a whole name
 * @throws GlobError when it is no glob
 */
export function parseGlob(glob: string): readonly (readonly Token[])[] {
  if (glob.length > MAX_GLOB_CHARACTERS) throw new GlobError(`it has more than ${MAX_GLOB_CHARACTERS} characters`);
  const folder = glob.endsWith('/') ? glob.slice(0, -1) : null;
  const pattern = folder ?? glob;
  const before = pattern.includes('/') ? '' : '**/';
  const after = folder === null ? '' : '/**';
  const alternatives = expandBraces(pattern.replace(/^\.?\//, '')).filter((alternative) => alternative !== '');
  if (alternatives.length === 0) throw new GlobError('it stands for the empty name');
  return alternatives.map((alternative) => [...tokensOf(before + alternative + after)]);
}

/** @param glob without braces */
function* tokensOf(glob: string): Generator<Token> {
  const segments = glob.split(/\/+/);
  let afterFolders = false;
  for (const [position, segment] of segments.entries()) {
    const isLast = position === segments.length - 1;
    if (segment === '**') {
      if (isLast) yield { kind: 'rest' };
      else if (!afterFolders) yield { kind: 'folders' };
      afterFolders = true;
    } else {
      yield* tokensOfSegment(segment);
      if (!isLast) yield SLASH;
      afterFolders = false;
    }
  }
}

function* tokensOfSegment(segment: string): Generator<Token> {
  const classes = new ClassFinder(segment);
  let afterStar = false;
  for (let at = 0; at < segment.length; at += 1) {
    const character = segment[at];
    const isStar = character === '*';
    if (isStar) {
      if (!afterStar) yield { kind: 'star' };
    } else if (character === '?') {
      yield ANY;
    } else {
      const classEnd = character === '[' ? classes.endOf(at) : null;
      if (classEnd === null) {
        if (character === '\\' && at + 1 < segment.length) at += 1;
        const code = segment.codePointAt(at) as number;
        if (code > 0xffff) at += 1;
        yield { kind: 'character', code };
      } else {
        yield readClass(segment.slice(at + 1, classEnd));
        at = classEnd;
      }
    }
    afterStar = isStar;
  }
}

/** @param inner what stands between the brackets */
function readClass(inner: string): Token {
  const negated = /^[!^]/.test(inner);
  if (/\[[:.=]/.test(inner)) {
    throw new GlobError('a named class as [:alpha:] is not known: write the characters, as [A-Za-z]');
  }
  const members = inner.slice(negated ? 1 : 0).match(/\\[^]|[^]/gu) ?? [];
  const codes = members.map((member) => member.codePointAt(member.length > 1 && member[0] === '\\' ? 1 : 0) as number);
  const ranges: Range[] = [];
  for (let at = 0; at < members.length; at += 1) {
    const first = codes[at] as number;
    const last = members[at + 1] === '-' ? codes[at + 2] : undefined;
    if (last === undefined) ranges.push([first, first]);
    else {
      if (last < first) throw new GlobError('a range of characters is the wrong way round, as [z-a]');
      ranges.push([first, last]);
      at += 2;
    }
  }
  return { kind: 'class', ranges, negated };
}
