import { GlobAutomaton } from './glob-automaton';
import { GlobError } from './glob-error';
import { parseGlob, type Token } from './glob-tokens';

type Globs = readonly (readonly Token[])[];

/** Characters of all globs of a filter, their braces written out: what a character of a name can cost at most. */
export const MOST_CHARACTERS_IN_ALL = 32_768;

/**
 * Says whether a name is wanted. It pauses wherever a slice of work, some ten milliseconds, is done: the caller gives
 * others their turn before going on.
 */
export type NameSelection = (name: string) => Generator<undefined, boolean>;

/**
 * Selects the names that match one of `include`, or any where there is none, and none of `exclude`. The work for a name
 * is at most its length times that of the globs, and its length alone once such names have been seen: no glob makes it
 * go back.
 * @throws GlobError where there is no glob, or where the globs are too many
 */
export function nameSelection(include: readonly string[], exclude: readonly string[]): NameSelection {
  const parser = new GlobParser();
  const includes = automatonOf(include.flatMap((glob) => parser.parse(glob)));
  const excludes = automatonOf(exclude.flatMap((glob) => parser.parse(glob)));
  return function* matches(name) {
    if (includes !== null && !(yield* includes.matches(name))) return false;
    return excludes === null || !(yield* excludes.matches(name));
  };
}

const automatonOf = (globs: Globs): GlobAutomaton | null => (globs.length === 0 ? null : new GlobAutomaton(globs));

/** Reads the globs of one filter. */
export class GlobParser {
  private characters = 0;

  /** @throws GlobError when it is no glob, or all so far are too long together */
  parse(glob: string): Globs {
    const parsed = parseGlob(glob);
    this.characters += parsed.reduce((sum, tokens) => sum + tokens.length, 0);
    if (this.characters > MOST_CHARACTERS_IN_ALL) {
      throw new GlobError(
        `all globs up to it have more than ${MOST_CHARACTERS_IN_ALL} characters together, braces written out: give fewer`,
      );
    }
    return parsed;
  }
}
