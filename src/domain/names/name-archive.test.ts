import { nameArchive } from './name-archive';

const ID = 'NkbByEejwEggmBz2fTHgJrg0XBoDfjP4q6iu87';
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const fastGlacier = (path: string): string =>
  `<m><v>4</v><p>${base64(path)}</p><lm>20120821T170824Z</lm><ce>1:1:4340ebcf79712dc5e3ef7d50bab98ba5:54687</ce></m>`;

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
    // The vendors' own examples.
    [
      '<m><v>4</v><p>Z2xhY2llci1kZy5wZGY=</p><lm>20120821T170824Z</lm><ce>1:1:4340ebcf79712dc5e3ef7d50bab98ba5:54687</ce></m>',
      'glacier-dg.pdf',
      'fastglacier',
    ],
    [
      `<m><v>3</v><p>${base64('three.txt')}</p><lm>20120821T170824Z</lm><ce>1:1:43</ce></m>`,
      'three.txt',
      'fastglacier',
    ],
    [`<m><v>2</v><p>${base64('two.txt')}</p><lm>20120821T170824Z</lm></m>`, 'two.txt', 'fastglacier'],
    [
      `<ArchiveMetadata><Path>${base64('RENDERFARM5/B:/one.txt')}</Path><X>1</X></ArchiveMetadata>`,
      'RENDERFARM5/B:/one.txt',
      'fastglacier',
    ],
    ['{"type":"file","path":"/share/a.txt"}', 'share/a.txt', 'qnap'],
    ['No description.', 'No description.', 'plain'],
  ])('%j is named %j, %s', (description, name, format) => {
    expect(nameArchive(description, ID)).toEqual({ name, format });
  });

  it.each([
    ['quotes around the XML', `"${fastGlacier('a.txt')}"`, 'a.txt', 'fastglacier'],
    ['quotes around the JSON', '"{"Path":"a.txt"}"', 'a.txt', 'cloudberry'],
    ['base64 without padding', '<m><v>2</v><p>YS50eHQ</p></m>', 'a.txt', 'fastglacier'],
    [
      'bytes that are no UTF-8',
      `<m><p>${Buffer.from([0x61, 0xff, 0x62]).toString('base64')}</p></m>`,
      'ab',
      'fastglacier',
    ],
    ['an empty FastGlacier path', '<m><v>4</v><p></p></m>', `00undefined/${ID}`, 'blank'],
    ['XML that is not closed', '<m><v>4</v><p>YQ==</m>', `00error/${ID}`, 'unreadable'],
    ['XML without a path', '<m><v>4</v></m>', `00error/${ID}`, 'unreadable'],
    ['two paths', '<m><p>YQ==</p><p>Yg==</p></m>', `00error/${ID}`, 'unreadable'],
    ['text around the XML', 'see <m><p>YQ==</p></m>', `00error/${ID}`, 'unreadable'],
    ['no base64', '<m><p>?!</p></m>', `00error/${ID}`, 'unreadable'],
    ['an entity', '<!DOCTYPE m [<!ENTITY e "YQ==">]><m><p>&e;</p></m>', `00error/${ID}`, 'unreadable'],
    ['reserved property names', '<m><__proto__>YQ==</__proto__></m>', `00error/${ID}`, 'unreadable'],
    ['JSON cut short', '{"Path":"a.txt"', '{"Path":"a.txt"', 'plain'],
    ['a JSON path that is no text', '{"Path":7}', '{"Path":7}', 'plain'],
    ['an empty Path before a path', '{"Path":"","path":"b"}', 'b', 'qnap'],
    ['deep JSON', `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, `${'{"a":'.repeat(500)}1${'}'.repeat(500)}`, 'plain'],
    ['more than Glacier keeps', 'x'.repeat(5000), `00error/${ID}`, 'unreadable'],
    ['nothing but dots and slashes', '/.././/./', `00undefined/${ID}`, 'blank'],
    ['a CloudBerry path of Windows', '{"Path":"dir\\\\sub\\\\a.txt"}', 'dir/sub/a.txt', 'cloudberry'],
    ['a QNAP name with a backslash', '{"path":"dir/a\\\\b.txt"}', 'dir/a\\b.txt', 'qnap'],
    ['a FastGlacier path of Windows', fastGlacier('C:\\dir\\a.txt'), 'C:/dir/a.txt', 'fastglacier'],
  ])('%s', (_case, description, name, format) => {
    expect(nameArchive(description, ID)).toEqual({ name, format });
  });
});
