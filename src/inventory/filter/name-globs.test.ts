import { nameMatcher } from './name-globs';

test.each([
  ['*.jpg', ['a.jpg', '2019/a.jpg', '2019/.a.jpg', 'x/line\nend.jpg'], ['a.JPG', 'a.jpg/b']],
  ['IMG_?.jpg', ['x/IMG_1.jpg'], ['IMG_12.jpg']],
  ['2019/*', ['2019/a', '2019/.a'], ['2019/b/a', 'x/2019/a', '2019']],
  ['2019/**', ['2019/a', '2019/b/a'], ['x/2019/a', '2019']],
  ['**/2019/*', ['2019/a', 'x/y/2019/a'], ['2019/b/a']],
  ['a/**/z', ['a/z', 'a/b/z', 'a/b/c/z'], ['a/b']],
  ['/a.jpg', ['a.jpg'], ['x/a.jpg']],
  ['./a.jpg', ['a.jpg'], ['x/a.jpg']],
  ['cache/', ['cache/a', 'x/cache/y/a'], ['cache', 'x/cache']],
  ['x/cache/', ['x/cache/a', 'x/cache/y/a'], ['cache/a', 'y/x/cache/a']],
  ['{a,b}[0-9]', ['a1', 'x/b2'], ['c1', 'ab']],
  ['IMG (1)+*.jpg', ['IMG (1)+x.jpg'], ['IMG 1x.jpg']],
  ['!a', ['!a'], ['a', 'b']],
  ['#a', ['#a'], []],
  ['a[1.jpg', ['a[1.jpg'], []],
  ['\\*', ['*'], ['a']],
])('%s', (glob, matching, others) => {
  const matches = nameMatcher(glob);
  expect(matching.filter((name) => !matches(name))).toEqual([]);
  expect(others.filter(matches)).toEqual([]);
});

test.each(['', '{,}', 'x'.repeat(70_000)])('what is no glob throws (%#)', (glob) => {
  expect(() => nameMatcher(glob)).toThrow(TypeError);
});
