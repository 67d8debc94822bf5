import { GlobError } from './glob-error';

/** Far more than a person writes; `{a,b}` ten times are 1,024. */
const MAX_ALTERNATIVES = 1_000;
/** Longest that a glob may become, all alternatives together, in UTF-16 code units. */
const MAX_EXPANDED_CHARACTERS = 32_768;

/**
 * The globs without braces that a glob stands for: `{a,b{c,d}}` is `a`, `bc` and `bd`. Braces that do not match, or hold
 * no comma, stand for themselves, as does a brace after a backslash or within `[...]`. What they come to is found before
 * anything is expanded, so that a short glob cannot fill the memory.
 * @throws GlobError for more than 1,000 alternatives, or 32,768 characters, and for a range as `{1..3}`
 */
export function expandBraces(glob: string): readonly string[] {
  const sequence = new BraceParser(glob).parse();
  const { alternatives, characters } = sizeOf(sequence);
  if (alternatives > MAX_ALTERNATIVES) {
    throw new GlobError(`its braces stand for more than ${MAX_ALTERNATIVES} alternatives: write several globs`);
  }
  if (characters > MAX_EXPANDED_CHARACTERS) {
    throw new GlobError(
      `its braces written out have more than ${MAX_EXPANDED_CHARACTERS} characters: write several globs`,
    );
  }
  return expand(sequence);
}

/** Texts and choices that follow one another. */
type Sequence = readonly (string | Choice)[];
type Choice = readonly Sequence[];

const RANGE = /^\{(?:-?\d+\.\.-?\d+|[A-Za-z]\.\.[A-Za-z])(?:\.\.-?\d+)?\}$/;

class BraceParser {
  /** Of each brace that opens a choice, where it closes. */
  private readonly ends: ReadonlyMap<number, number>;
  private readonly commas = new Set<number>();
  private at = 0;

  constructor(private readonly glob: string) {
    this.ends = this.findChoices();
  }

  parse(): Sequence {
    return this.sequence(this.glob.length);
  }

  /** Each character is looked at once. */
  private findChoices(): ReadonlyMap<number, number> {
    const ends = new Map<number, number>();
    const open: { readonly at: number; readonly commas: number[] }[] = [];
    const classes = new ClassFinder(this.glob);
    for (let at = 0; at < this.glob.length; at += 1) {
      const character = this.glob[at];
      if (character === '\\') at += 1;
      else if (character === '[') at = classes.endOf(at) ?? at;
      else if (character === '{') open.push({ at, commas: [] });
      else if (character === ',') open.at(-1)?.commas.push(at);
      else if (character === '}') {
        const last = open.pop();
        if (last === undefined) continue;
        if (last.commas.length > 0) {
          ends.set(last.at, at);
          for (const comma of last.commas) this.commas.add(comma);
        } else if (RANGE.test(this.glob.slice(last.at, at + 1))) {
          throw new GlobError('a range in braces is not known: write {1,2,3} for {1..3}, or [0-9] for a digit');
        }
      }
    }
    return ends;
  }

  private sequence(end: number): Sequence {
    const parts: (string | Choice)[] = [];
    let from = this.at;
    while (this.at < end && !this.commas.has(this.at)) {
      const close = this.ends.get(this.at);
      if (close === undefined) this.at += 1;
      else {
        parts.push(this.glob.slice(from, this.at), this.choice(close));
        from = this.at;
      }
    }
    parts.push(this.glob.slice(from, this.at));
    return parts;
  }

  /** @param close where the brace closes; reading goes on behind it */
  private choice(close: number): Choice {
    const choice: Sequence[] = [];
    while (this.at < close) {
      this.at += 1;
      choice.push(this.sequence(close));
    }
    this.at = close + 1;
    return choice;
  }
}

interface Size {
  readonly alternatives: number;
  /** Of all alternatives together. */
  readonly characters: number;
}

/** Infinite where a number is too large to be told. */
const sizeOf = (sequence: Sequence): Size =>
  sequence.reduce<Size>(
    (begun, part) => {
      const next = typeof part === 'string' ? { alternatives: 1, characters: part.length } : sizeOfChoice(part);
      return {
        alternatives: begun.alternatives * next.alternatives,
        characters: begun.characters * next.alternatives + next.characters * begun.alternatives,
      };
    },
    { alternatives: 1, characters: 0 },
  );

const sizeOfChoice = (choice: Choice): Size =>
  choice.map(sizeOf).reduce((sum, { alternatives, characters }) => ({
    alternatives: sum.alternatives + alternatives,
    characters: sum.characters + characters,
  }));

const expand = (sequence: Sequence): readonly string[] =>
  sequence.reduce<readonly string[]>(
    (begun, part) => {
      const ends = typeof part === 'string' ? [part] : part.flatMap(expand);
      return begun.flatMap((start) => ends.map((end) => start + end));
    },
    [''],
  );

/** Finds where the classes `[...]` of a glob end. Asked from left to right, it looks at each character once. */
export class ClassFinder {
  /** No class that begins before this closes. */
  private unclosedBefore = 0;

  constructor(private readonly glob: string) {}

  /** @returns the index of the bracket that closes the class which opens at an index; null when none does */
  endOf(open: number): number | null {
    if (open < this.unclosedBefore) return null;
    const negated = this.glob[open + 1] === '!' || this.glob[open + 1] === '^';
    // A bracket in the first place is a member.
    const first = open + (negated ? 2 : 1);
    let at = first;
    for (; at < this.glob.length && this.glob[at] !== '/'; at += 1) {
      if (this.glob[at] === ']' && at > first) return at;
      if (this.glob[at] === '\\') at += 1;
    }
    this.unclosedBefore = at;
    return null;
  }
}
