import { type DrawKey, drawKey, Draws, describeFile, NAME_STYLES } from 'glacier-sandbox/testing';
/** What upsets paths, parsers, terminals and S3; some only beside others. */
const PIECES = [
  '/ \\ // \\\\ . .. ... " \' { } [ ] < > & % + - = , : ; ~ # * ? | $ a B é 日本'.split(' '),
  'C:\\ .jpg soap 00error 00undefined 00reserved/ .glacier-transfer/ .glacier- transfer/ __proto__'.split(' '),
  '<m> </m> <p> </p> <v>4</v> <ArchiveMetadata> <Path> &lt; <![CDATA[ {"Path":" {"path":" "}'.split(' '),
  '+- +AGE- +2D0- mt1 mt2 eyJ YS5i SHA256E-s1-- -2 -2023-08-15T13:28:01Z-2'.split(' '),
  [' ', '  ', '\t', '\r\n', '\0', '\x1b[31m', '\x7f', '\x85', '\xa0', '\xad', '\ufffd', '\ufeff', '\ufffe', '\uffff'],
  ['\u200b', '\u200d', '\u200e', '\u2028', '\u202e', '\u2066', '\u3000', '\u3164', '\ufe0f', '\ud83d', '\ude00', '😀'],
  ['e\u0301', '\u212b', 'İ', 'ß', '\u0300'.repeat(20), '\u{e0041}', '\u{1fffe}', '\u{10ffff}', 'ä'.repeat(200)],
  [' '.repeat(1000), '/'.repeat(200), '../'.repeat(100), 'x'.repeat(400), '\\'.repeat(31), '['.repeat(300)],
].flat();

/** Names that many archives bear, and names that their duplicates would like to get. */
const COMMON = ['', 'a.txt', 'A.txt', 'e\u0301', '\u00e9', 'No description.', '<m><p>YS50eHQ=</p></m>', 'soap', 'b/c'];
const TAKEN = ['a.txt', 'b/c', '00undefined/x'].flatMap((name) =>
  ['2023-08-15T13:28:01Z', '2023-08-15T13:28:01.5Z', '2023-08-15T13:28:01'].flatMap((date) =>
    [2, 3, 4, 5, 1000].map((n) => `${name}-${date}-${n}`),
  ),
);

const pieces = (draws: Draws): string => Array.from({ length: draws.below(12) }, () => draws.pick(PIECES)).join('');

function codeUnits(draws: Draws): string {
  const length = draws.below(draws.pick([10, 30, 100, 1100]));
  const limit = 2 ** draws.pick([8, 11, 16]);
  return String.fromCharCode(...Array.from({ length }, () => draws.below(limit)));
}

/** By a tool, around a path that is anything. */
function described(draws: Draws, position: number): string {
  const path = draws.fraction() < 0.9 ? pieces(draws) : codeUnits(draws);
  const file = { path, modified: '20121105T140258Z', sizeBytes: position, position };
  return describeFile(draws.pick(NAME_STYLES), file, draws);
}

const BREAKS: readonly ((text: string, draws: Draws) => string)[] = [
  (text, draws) => text.slice(0, draws.below(text.length)),
  (text, draws) => text.slice(draws.below(text.length)),
  (text, draws) => spliced(text, draws.below(text.length), draws.below(3), draws.pick(PIECES)),
  (text, draws) => spliced(text, draws.below(text.length), 1, String.fromCharCode(draws.below(2 ** 16))),
  (text) => text + text,
  (text) => `"${text}"`,
  (text) => `  ${text}\t`,
  (text) => text.toUpperCase(),
  (text) => text.replaceAll('"', '\\"'),
];

const broken = (draws: Draws, position: number): string => draws.pick(BREAKS)(described(draws, position), draws);

const spliced = (text: string, at: number, removed: number, added: string): string =>
  text.slice(0, at) + added + text.slice(at + removed);

const KINDS = [
  { weight: 4, make: described },
  { weight: 3, make: broken },
  { weight: 3, make: pieces },
  { weight: 1, make: codeUnits },
  { weight: 1, make: (draws: Draws) => draws.pick(COMMON) },
  { weight: 1, make: (draws: Draws) => draws.pick(TAKEN) },
] as const;

export const fuzzKey = (seed: string): DrawKey => drawKey(seed, 'fuzzed descriptions');

/** An archive description: of every format, broken, hostile or shared by many; it follows from the seed and the position. */
export function fuzzedDescription(key: DrawKey, position: number): string {
  const draws = new Draws(key, position);
  return draws.pickByWeight(KINDS).make(draws, position);
}
