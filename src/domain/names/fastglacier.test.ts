import { decodeFastGlacier } from './fastglacier';

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const v4 = (path: string): string =>
  `<m><v>4</v><p>${base64(path)}</p><lm>20120821T170824Z</lm><ce>1:1:4340ebcf79712dc5e3ef7d50bab98ba5:54687</ce></m>`;

describe('FastGlacier', () => {
  it.each([
    [
      'version 4, the vendor’s example',
      '<m><v>4</v><p>Z2xhY2llci1kZy5wZGY=</p><lm>20120821T170824Z</lm><ce>1:1:4340ebcf79712dc5e3ef7d50bab98ba5:54687</ce></m>',
      'glacier-dg.pdf',
    ],
    [
      'version 3, no size in ce',
      '<m><v>3</v><p>Z2xhY2llci1kZy5wZGY=</p><lm>20120821T170824Z</lm><ce>1:1:4340ebcf79712dc5e3ef7d50bab98ba5</ce></m>',
      'glacier-dg.pdf',
    ],
    [
      'version 2, no ce, as Synology converters write it',
      '<m><v>2</v><p>Z2xhY2llci1kZy5wZGY=</p><lm>20120821T170824Z</lm></m>',
      'glacier-dg.pdf',
    ],
    [
      'version 1',
      '<ArchiveMetadata><Path>UkVOREVSRkFSTTUvQjovb25lLnR4dA==</Path><X>1</X></ArchiveMetadata>',
      'RENDERFARM5/B:/one.txt',
    ],
    ['a path beyond ASCII', v4('photos/2012/ä 日本 😀.jpg'), 'photos/2012/ä 日本 😀.jpg'],
    ['a path of Windows', v4('C:\\dir\\a.txt'), 'C:/dir/a.txt'],
    ['an empty path', '<m><v>4</v><p></p></m>', ''],
    ['quotes around the XML', `"${v4('a.txt')}"`, 'a.txt'],
    ['white space between the elements', '<m> <v>4</v> <p> YS50 eHQ= </p> </m>', 'a.txt'],
    ['elements in another order', '<m><lm>20120821T170824Z</lm><p>YS50eHQ=</p></m>', 'a.txt'],
    ['base64 without padding', '<m><v>2</v><p>YS50eHQ</p></m>', 'a.txt'],
    ['base64url', '<m><v>2</v><p>Pz8_Pj4-</p></m>', '???>>>'],
    ['bytes that are no UTF-8', `<m><p>${Buffer.from([0x61, 0xff, 0x62]).toString('base64')}</p></m>`, 'ab'],
  ])('%s', (_case, description, name) => {
    expect(decodeFastGlacier(description)).toEqual({ name, format: 'fastglacier' });
  });

  it.each(['a.txt', '', 'photos/ä 日本 😀.jpg', 'C:\\a\\b', 'a'.repeat(600)])(
    '%j is read alike by the parser',
    (path) => {
      const parsed = v4(path).replace('<v>', ' <v>');
      expect(decodeFastGlacier(v4(path))).toEqual(decodeFastGlacier(parsed));
    },
  );

  it.each([
    ['XML that is not closed', '<m><v>4</v><p>YQ==</m>'],
    ['no path', '<m><v>4</v></m>'],
    ['two paths', '<m><p>YQ==</p><p>Yg==</p></m>'],
    ['text around the XML', 'see <m><p>YQ==</p></m>'],
    ['no base64', '<m><p>?!</p></m>'],
    ['base64 with padding inside', '<m><v>4</v><p>YQ==YQ==</p></m>'],
    ['an element within the path', '<m><p><b>YQ==</b></p></m>'],
    ['an entity of its own', '<!DOCTYPE m [<!ENTITY e "YQ==">]><m><p>&e;</p></m>'],
    ['an entity that reads a file', '<!DOCTYPE m [<!ENTITY e SYSTEM "file:///etc/passwd">]><m><p>&e;</p></m>'],
    ['entities of entities', `<!DOCTYPE m [<!ENTITY a "YQ=="><!ENTITY b "${'&a;'.repeat(100)}">]><m><p>&b;</p></m>`],
    ['an entity of XML', '<m><p>YQ&#61;&#61;</p></m>'],
    ['elements a thousand deep', `${'<m>'.repeat(1000)}${'</m>'.repeat(1000)}`],
    ['reserved property names', '<m><__proto__>YQ==</__proto__></m>'],
    ['the name of an inherited property', '<m><v>4</v><constructor>YQ==</constructor></m>'],
    ['version 1 without a path', '<ArchiveMetadata><X>1</X></ArchiveMetadata>'],
  ])('%s is unreadable', (_case, description) => {
    expect(decodeFastGlacier(description)).toEqual({ name: '', format: 'unreadable' });
  });

  it.each(['photo.tar', '{"Path":"a"}', '<m>', '</m><m>', '<M></M>', '<p>YQ==</p>'])('%j is not its format', (text) => {
    expect(decodeFastGlacier(text)).toBeNull();
  });
});
