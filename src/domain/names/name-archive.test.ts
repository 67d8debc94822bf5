import { DECODE_MODES } from '../../wire/request';
import { nameArchive } from './name-archive';

const ID = 'NkbByEejwEggmBz2fTHgJrg0XBoDfjP4q6iu87';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const fastGlacier = (path: string): string =>
  `<m><v>4</v><p>${base64(path)}</p><lm>20120821T170824Z</lm><ce>1:1:4340ebcf79712dc5e3ef7d50bab98ba5:54687</ce></m>`;
const CLOUDBERRY = '{"Path":"dir2/+BEQEMAQ5BDs-3","UTCDateModified":"20130322T120043Z"}';
const QNAP = '{"type":"file","path":"/share/a.txt"}';
const MT2 = 'mt2 eyJmaWxlbmFtZSI6ImZpbGUvYS9iL2MvZCIsIm10aW1lIjoiMjAxMjExMDVUMTQwMjU4WiJ9';
const ANNEX = 'SHA256E-s31390--f50d7ac4c6b9031379986bc362fcefb65f1e52621ce1708d537e740fefc59cc0.mp3';

describe('names of archives', () => {
  it.each([
    // "Example outcomes (measured)" of AWS's transfer solution.
    ['plain.txt', 'plain.txt', 'plain'],
    ['  plain.txt \t', 'plain.txt', 'plain'],
    ['', `00undefined/${ID}`, 'blank'],
    ['{"Path":"a/b.txt","UTCDateModified":"x"}', 'a/b.txt', 'cloudberry'],
    ['{"path":"a/b.txt"}', 'a/b.txt', 'qnap'],
    ['{"file":"x"}', '{"file":"x"}', 'plain'],
    ['aaa\\\\bbb\\\\ccc', 'aaa/bbb/ccc', 'plain'],
    [fastGlacier('photos/2012/ä.jpg'), 'photos/2012/ä.jpg', 'fastglacier'],
    // Each tool's own.
    [CLOUDBERRY, 'dir2/файл3', 'cloudberry'],
    [QNAP, 'share/a.txt', 'qnap'],
    [MT2, 'file/a/b/c/d', 'mt-aws-glacier'],
    [ANNEX, ANNEX, 'git-annex'],
    ['No description.', 'No description.', 'plain'],
    ['photo.tar', 'photo.tar', 'plain'],
  ])('%j is named %j, %s', (description, name, format) => {
    expect(nameArchive(description, ID, 'auto')).toEqual({ name, format });
  });

  it.each([
    ['an empty Path before a path', '{"Path":"","path":"b"}', 'b', 'qnap'],
    ['a Path and a path', '{"path":"b","Path":"a"}', 'a', 'cloudberry'],
    ['JSON cut short', '{"Path":"a.txt"', '{"Path":"a.txt"', 'plain'],
    ['deep JSON', `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, 'plain'],
    ['more than Glacier keeps', 'x'.repeat(5000), `00error/${ID}`, 'unreadable'],
    ['base64 beyond what Glacier keeps', fastGlacier('x'.repeat(5000)), `00error/${ID}`, 'unreadable'],
    ['broken XML', '<m><v>4</v><p>YQ==</m>', `00error/${ID}`, 'unreadable'],
    ['broken base64url', 'mt2 eyJmaWxlbmFtZSI6', `00error/${ID}`, 'unreadable'],
    ['an empty FastGlacier path', '<m><v>4</v><p></p></m>', `00undefined/${ID}`, 'blank'],
    ['nothing but dots and slashes', '/.././/./', `00undefined/${ID}`, 'blank'],
    ['nothing but spaces', ' \t ', `00undefined/${ID}`, 'blank'],
    ['a key of git-annex behind a folder', `annex/../${ANNEX}`, `annex/${ANNEX}`, 'git-annex'],
  ])('%s', (_case, description, name, format) => {
    expect(nameArchive(description, ID, 'auto')).toEqual({ name, format });
  });
});

describe('modes', () => {
  const EXAMPLES = {
    fastglacier: fastGlacier('a.txt'),
    cloudberry: CLOUDBERRY,
    qnap: QNAP,
    'mt-aws-glacier': MT2,
    'git-annex': ANNEX,
  };

  it.each(DECODE_MODES)('%s reads its own formats, all others are plain', (mode) => {
    const formats = Object.entries(EXAMPLES).map(([format, description]) => [
      format,
      nameArchive(description, ID, mode).format,
    ]);
    expect(formats).toEqual(
      Object.keys(EXAMPLES).map((format) => [format, mode === 'auto' || mode === format ? format : 'plain']),
    );
  });

  it('raw takes even what is broken for the name', () => {
    expect(nameArchive('mt1 photos', ID, 'raw')).toEqual({ name: 'mt1 photos', format: 'plain' });
    expect(nameArchive('', ID, 'raw')).toEqual({ name: `00undefined/${ID}`, format: 'blank' });
  });

  it('one format leaves what is broken in another plain', () => {
    expect(nameArchive('mt1 photos', ID, 'qnap')).toEqual({ name: 'mt1 photos', format: 'plain' });
    expect(nameArchive('mt1 photos', ID, 'mt-aws-glacier').format).toBe('unreadable');
  });
});
