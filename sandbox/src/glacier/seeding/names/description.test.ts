import { drawKey, Draws } from '../../../draws';
import { describeFile } from './description';
import { utf7 } from './encodings';
import { type ArchivedFile, drawFile } from './file';
import { NAME_STYLES, type NameStyle } from './styles';

const draws = (position: number): Draws => new Draws(drawKey('names', 'test'), position);
const described = (style: NameStyle, file: ArchivedFile): string => describeFile(style, file, draws(1));

const file: ArchivedFile = { path: 'dir2/файл3', modified: '20130322T120043Z', sizeBytes: 54_687, position: 3 };

/** The formats of section 13 of the Glacier reference. */
test.each<[NameStyle, RegExp]>([
  ['plain', /^dir2\/____3$/],
  ['fastglacier-v1', /^<ArchiveMetadata><Path>ZGlyMi\S+<\/Path><\/ArchiveMetadata>$/],
  ['fastglacier-v2', /^<m><v>2<\/v><p>ZGlyMi\S+<\/p><lm>20130322T120043Z<\/lm><\/m>$/],
  ['fastglacier-v3', /^<m><v>3<\/v><p>ZGlyMi\S+<\/p><lm>20130322T120043Z<\/lm><ce>1:1:[0-9a-f]{32}<\/ce><\/m>$/],
  ['fastglacier-v4', /^<m><v>4<\/v><p>ZGlyMi\S+<\/p><lm>20130322T120043Z<\/lm><ce>1:1:[0-9a-f]{32}:54687<\/ce><\/m>$/],
  ['cloudberry', /^{"Path":"dir2\/\+BEQEMAQ5BDs-3","UTCDateModified":"20130322T120043Z"}$/],
  ['qnap', /^{"type":"file","path":"dir2\/\\u0444\\u0430\\u0439\\u043b3"}$/],
  ['git-annex', /^SHA256E-s54687--[0-9a-f]{64}$/],
  ['blank', /^$/],
])('%s', (style, expected) => {
  expect(described(style, file)).toMatch(expected);
});

test('an mt2 description matches the example of the vendor', () => {
  const example = { path: 'file/a/b/c/d', modified: '20121105T140258Z', sizeBytes: 1, position: 1 };
  expect(described('mt2', example)).toBe(
    'mt2 eyJmaWxlbmFtZSI6ImZpbGUvYS9iL2MvZCIsIm10aW1lIjoiMjAxMjExMDVUMTQwMjU4WiJ9',
  );
});

test('an mt1 description is UTF-8 encoded twice', () => {
  const once = Buffer.from(described('mt1', file).slice('mt1 '.length), 'base64url').toString('utf8');
  expect(JSON.parse(Buffer.from(once, 'latin1').toString('utf8'))).toEqual({
    filename: file.path,
    mtime: file.modified,
  });
});

test('a git-annex description keeps the extension', () => {
  expect(described('git-annex', { ...file, path: 'a/b.JPG' })).toMatch(/[0-9a-f]{64}\.JPG$/);
});

test.each([
  ['a+b', 'a+-b'],
  ['Hi Mom -\u263a-!', 'Hi Mom -+Jjo--+ACE-'],
  ['\u65e5\u672c\u8a9e', '+ZeVnLIqe-'],
  ['\u{1f600}\\', '+2D3eAABc-'],
  ['a++b', 'a+ACsAKw-b'],
])('UTF-7 of %j', (text, encoded) => {
  expect(utf7(text)).toBe(encoded);
});

test('the path of FastGlacier is base64 of UTF-8', () => {
  const path = /<p>(.*)<\/p>/.exec(described('fastglacier-v2', file))?.[1] ?? '';
  expect(Buffer.from(path, 'base64').toString('utf8')).toBe(file.path);
});

test.each(NAME_STYLES)('%s descriptions are accepted by Glacier', (style) => {
  const descriptions = Array.from({ length: 2000 }, (_, position) => {
    const drawing = draws(position);
    return describeFile(style, drawFile(drawing, position * 50_000, Date.UTC(2014, 0), 1), drawing);
  });
  expect(descriptions.filter((description) => !/^[\x20-\x7e]{0,1024}$/.test(description))).toEqual([]);
});

test('hostile descriptions reach the limits', () => {
  const hostile = Array.from({ length: 500 }, (_, position) => describeFile('hostile', file, draws(position)));
  expect(hostile.some((description) => description.length === 1024)).toBe(true);
  expect(new Set(hostile).size).toBeGreaterThan(40);
});
