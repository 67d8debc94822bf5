import { Minimatch, type MinimatchOptions } from 'minimatch';

/**
 * As in `.gitignore`: names begin with dots as with anything else, parentheses are part of a name, and `!` and `#` mean
 * nothing of their own.
 */
const OPTIONS: MinimatchOptions = { dot: true, noext: true, nonegate: true, nocomment: true, platform: 'linux' };

/** Says whether a name matches. */
export type NameMatcher = (name: string) => boolean;

/**
 * A glob on names of archives. `*` and `?` stay within a folder, `**` crosses folders, `[a-z]` and `{a,b}` choose.
 * Without a slash it is matched against the last part of the name (`*.jpg`), with one against the whole name
 * (`2019/*.jpg`, `/top.txt`); a slash at its end stands for all within a folder (`2019/`).
 * @throws TypeError when it cannot be compiled
 */
export function nameMatcher(glob: string): NameMatcher {
  const folder = glob.endsWith('/') ? glob.slice(0, -1) : null;
  const pattern = folder ?? glob;
  const anchored = pattern.includes('/');
  const compiled = new Minimatch(
    (anchored || folder === null ? '' : '**/') + pattern.replace(/^\.?\//, '') + (folder === null ? '' : '/**'),
    { ...OPTIONS, matchBase: !anchored },
  );
  if (compiled.makeRe() === false) throw new TypeError(`${JSON.stringify(glob)} is no glob`);
  return (name) => compiled.match(name);
}

/** Says whether a name matches one of `include`, or there is none, and none of `exclude`. */
export function selectionMatcher(include: readonly string[], exclude: readonly string[]): NameMatcher {
  const [wanted, unwanted] = [include.map(nameMatcher), exclude.map(nameMatcher)];
  return (name) =>
    (wanted.length === 0 || wanted.some((matches) => matches(name))) && !unwanted.some((matches) => matches(name));
}
