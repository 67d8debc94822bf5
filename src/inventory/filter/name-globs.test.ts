import * as fc from 'fast-check';
import { Minimatch } from 'minimatch';
import { propertyRuns } from '../../../test/support/property-runs';
import { expandBraces } from './glob-braces';
import { GlobAutomaton } from './glob-automaton';
import { GlobError } from './glob-error';
import { parseGlob } from './glob-tokens';
import { MOST_CHARACTERS_IN_ALL, type NameSelection, nameSelection } from './name-globs';

/** The answer without regard to pauses. */
function answer(selection: NameSelection, name: string): boolean {
  const search = selection(name);
  for (;;) {
    const { done, value } = search.next();
    if (done === true) return value;
  }
}

const matcher = (glob: string): ((name: string) => boolean) => {
  const selection = nameSelection([glob], []);
  return (name) => answer(selection, name);
};

test.each([
  ['*.jpg', ['a.jpg', '2019/a.jpg', '2019/.a.jpg', 'x/line\nend.jpg'], ['a.JPG', 'a.jpg/b']],
  ['IMG_?.jpg', ['x/IMG_1.jpg', 'IMG_é.jpg', 'IMG_😀.jpg'], ['IMG_12.jpg']],
  ['2019/*', ['2019/a', '2019/.a'], ['2019/b/a', 'x/2019/a', '2019']],
  ['2019/**', ['2019/a', '2019/b/a'], ['x/2019/a', '2019']],
  ['**/2019/*', ['2019/a', 'x/y/2019/a'], ['2019/b/a']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a/b', 'az']],
  ['a/**/**/z', ['a/z', 'a/b/c/z'], ['a/b']],
  ['**', ['a', 'a/b'], []],
  ['a**b', ['ab', 'x/axb'], ['a/b']],
  ['***', ['a', 'x/a'], []],
  ['/a.jpg', ['a.jpg'], ['x/a.jpg']],
  ['./a.jpg', ['a.jpg'], ['x/a.jpg']],
  ['cache/', ['cache/a', 'x/cache/y/a'], ['cache', 'x/cache']],
  ['x/cache/', ['x/cache/a', 'x/cache/y/a'], ['cache/a', 'y/x/cache/a']],
  ['{a,b}[0-9]', ['a1', 'x/b2'], ['c1', 'ab']],
  ['{a,b{c,d{e,}}}', ['a', 'bc', 'bde', 'bd'], ['b', 'bcd']],
  ['{2019,old/2020}/*', ['2019/a', 'old/2020/a'], ['2020/a']],
  ['a{,.jpg}', ['a', 'a.jpg'], ['a.']],
  ['{a}.jpg', ['{a}.jpg'], ['a.jpg']],
  ['{a,b', ['{a,b'], ['a']],
  ['\\{a,b\\}', ['{a,b}'], ['a']],
  ['[{,}]x', ['{x', ',x', '}x'], ['[x', 'ax']],
  ['[!a-c]', ['d', 'x/é', '😀'], ['a', 'b', 'dd']],
  ['[^a]', ['b'], ['a']],
  ['[]a]', [']', 'a'], ['[]a]']],
  ['[a\\]b]', [']', 'a', 'b'], ['\\']],
  ['[a-]', ['a', '-'], ['b']],
  ['[α-ω]', ['λ'], ['l']],
  ['x[!a]y', ['xby'], ['x/y']],
  ['IMG (1)+*.jpg', ['IMG (1)+x.jpg'], ['IMG 1x.jpg']],
  ['!a', ['!a'], ['a', 'b']],
  ['#a', ['#a'], []],
  ['a[1.jpg', ['a[1.jpg'], []],
  ['a[1/2]', ['a[1/2]'], ['a1']],
  ['\\*', ['*'], ['a']],
  ['\\', ['\\'], ['a']],
])('the glob %s matches as documented', (glob, matching, others) => {
  const matches = matcher(glob);
  expect(matching.filter((name) => !matches(name))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});

test.each([
  ['', 'empty name'],
  ['/', 'empty name'],
  ['{,}', 'empty name'],
  ['x'.repeat(1_025), 'more than 1024 characters'],
  ['{a,b}'.repeat(200), 'more than 1000 alternatives'],
  [`${'{a,'.repeat(200)}b${'}'.repeat(200)}${'{a,b}'.repeat(5)}`, 'more than 1000 alternatives'],
  [`{${'a,'.repeat(200)}b}${'x'.repeat(500)}`, 'more than 32768 characters'],
  ['{1..100000}', 'write {1,2,3}'],
  ['{a..z}', 'write {1,2,3}'],
  ['[[:alpha:]]', 'named class'],
  ['[z-a]', 'wrong way round'],
])('what is no glob is refused with its reason (%#)', (glob, reason) => {
  expect(() => nameSelection([glob], [])).toThrow(GlobError);
  expect(() => nameSelection([], [glob])).toThrow(reason);
});

test('globs that are too long together are refused before all are read', () => {
  const long = 'x'.repeat(1_000);
  expect(() => nameSelection(Array<string>(140).fill(long), [])).toThrow(`more than ${MOST_CHARACTERS_IN_ALL}`);
});

test('a name is wanted if one of include matches, or there is none, and none of exclude', () => {
  const wanted = nameSelection(['*.jpg', '*.png'], ['old/', 'x*']);
  expect(['a.jpg', 'b/c.png', 'a.txt', 'old/a.jpg', 'x.jpg'].filter((name) => answer(wanted, name))).toEqual([
    'a.jpg',
    'b/c.png',
  ]);
  const all = nameSelection([], ['*.txt']);
  expect(['a.jpg', 'a.txt'].filter((name) => answer(all, name))).toEqual(['a.jpg']);
});

/** Names as archives have them: no part is empty, or dots alone. */
const someName = fc
  .array(
    fc.string({ unit: fc.constantFrom('a', 'b', 'c', '.', '-', '[', '{', '*', '\\'), minLength: 1, maxLength: 6 }),
    { minLength: 1, maxLength: 4 },
  )
  .map((parts) => parts.map((part) => (/^\.+$/.test(part) ? 'a' : part)).join('/'));
/** Where minimatch expands braces within classes, ours are members of the class: docs/commands.md. */
const globPart = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('a', 'b', 'c', '.', '-') },
  { weight: 3, arbitrary: fc.constantFrom('*', '?', '*', '**', '/', '/**/', '**/') },
  fc.constantFrom('[ab]', '[a-c]', '[!a]', '[^b-c]', '\\*', '\\[', '\\{', '\\\\'),
  fc.constantFrom('{a,b}', '{a,b*}', '{,c}', '{a/b,c}', '{a,{b,c}}', '{**,a}', '{*,b/**}'),
);
const someGlob = fc.array(globPart, { minLength: 1, maxLength: 7 }).map((parts) => parts.join(''));

/** The rules of .gitignore on top of minimatch, as the program had them before it had a matcher of its own. */
function reference(glob: string): (name: string) => boolean {
  const folder = glob.endsWith('/') ? glob.slice(0, -1) : null;
  const pattern = folder ?? glob;
  const anchored = pattern.includes('/');
  const compiled = new Minimatch(
    (anchored || folder === null ? '' : '**/') + pattern.replace(/^\.?\//, '') + (folder === null ? '' : '/**'),
    { dot: true, noext: true, nonegate: true, nocomment: true, platform: 'linux', matchBase: !anchored },
  );
  return (name) => compiled.match(name);
}

test('a glob matches what minimatch matches', () => {
  fc.assert(
    fc.property(someGlob, fc.array(someName, { minLength: 1, maxLength: 20 }), (glob, names) => {
      // An absolute path, or a first part that is a dot, is another matter.
      fc.pre(!/^\.{0,2}\/|(^|\/|[{,])\.{1,2}($|\/|[},])|\/\//.test(glob) && parses(glob));
      // minimatch keeps the backslash in what follows a wildcard, and takes away two where there are braces.
      fc.pre(!/[*?][^*?[/]*\\/.test(glob) && !(glob.includes('\\') && glob.includes(',')));
      // An alternative that is empty matches nothing: minimatch takes `{,c}/` for all folders.
      fc.pre(!expandBraces(glob.replace(/\/$/, '')).includes(''));
      const [ours, theirs] = [matcher(glob), reference(glob)];
      expect(names.filter(ours)).toEqual(names.filter(theirs));
    }),
    { numRuns: propertyRuns(1_000) },
  );
});

function parses(glob: string): boolean {
  try {
    parseGlob(glob);
    return true;
  } catch {
    return false;
  }
}

/** Steps that some globs take for some names. */
function stepsOf(globs: readonly string[], names: readonly string[]): number {
  const automaton = new GlobAutomaton(globs.flatMap(parseGlob));
  for (const name of names) {
    const search = automaton.matches(name);
    while (search.next().done !== true);
  }
  return automaton.steps;
}

describe('work grows with the length of a name, not with a power of it', () => {
  const HOSTILE: readonly (readonly [string, (length: number) => string])[] = [
    ['*-*-*-*-*.jpg', (length) => '-'.repeat(length)],
    [`${'*a'.repeat(500)}b`, (length) => 'a'.repeat(length)],
    ['**/a/**/a/**/a/**/b', (length) => 'a/'.repeat(length / 2)],
    [`${'?*'.repeat(400)}x`, (length) => 'é'.repeat(length)],
    [`${'{a,b}'.repeat(6)}*{a,}*b`, (length) => 'ab'.repeat(length / 2)],
    [`${'[!x]*'.repeat(200)}x`, (length) => 'y'.repeat(length)],
    ['*'.repeat(1_024), (length) => 'y'.repeat(length)],
  ];
  test.each(HOSTILE.map(([glob, name]) => [glob.slice(0, 40), glob, name] as const))('%s', (_, glob, name) => {
    const tokens = parseGlob(glob).reduce((sum, alternative) => sum + alternative.length, 0);
    for (const length of [900, 9_000, 90_000]) {
      // Never more than the length of the glob times that of the name.
      expect(stepsOf([glob], [name(length)])).toBeLessThanOrEqual(8 * (tokens + 1) * length);
    }
    const grown = stepsOf([glob], [name(90_000)]) - stepsOf([glob], [name(9_000)]);
    const before = stepsOf([glob], [name(9_000)]) - stepsOf([glob], [name(900)]);
    expect(grown).toBeLessThanOrEqual(11 * before + 100_000);
  });
});

test('names of one kind cost a step for each character, however many globs there are', () => {
  const globs = Array.from({ length: 1_000 }, (_, number) => [
    `*.ext${number}`,
    `folder${number}/**`,
    `IMG_${number}*.jpg`,
    `*word${number}*`,
  ]).flatMap((each, number) => each.slice(number % 4, (number % 4) + 1));
  const names = Array.from({ length: 20_000 }, (_, number) => `photos/album ${number % 97}/IMG_${number}.jpg`);
  const characters = names.reduce((sum, name) => sum + name.length, 0);
  expect(stepsOf(globs, names)).toBeLessThan(4 * characters);
});

test('a search pauses where a slice of work is done, and gives the same answer', () => {
  const globs = Array.from({ length: 16 }, (_, number) => `${`*[!${String.fromCharCode(300 + number)}]`.repeat(200)}7`);
  const search = nameSelection(globs, [])(`${'a'.repeat(900)}7`);
  let pauses = 0;
  let last = search.next();
  for (; last.done !== true; last = search.next()) pauses += 1;
  expect(last.value).toBe(true);
  expect(pauses).toBeGreaterThan(3);
});
