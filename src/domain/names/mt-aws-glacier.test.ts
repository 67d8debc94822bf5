import { decodeMtAwsGlacier } from './mt-aws-glacier';

const encoded = (json: string | Buffer): string => Buffer.from(json).toString('base64url');

describe('mt-aws-glacier', () => {
  it.each([
    [
      'mt2, the vendor’s example',
      'mt2 eyJmaWxlbmFtZSI6ImZpbGUvYS9iL2MvZCIsIm10aW1lIjoiMjAxMjExMDVUMTQwMjU4WiJ9',
      'file/a/b/c/d',
    ],
    [
      'mt2 beyond ASCII',
      'mt2 eyJmaWxlbmFtZSI6ImRpcjIv0YTQsNC50LszIiwibXRpbWUiOiIyMDEzMDMyMlQxMjAwNDNaIn0',
      'dir2/файл3',
    ],
    [
      'mt1, encoded twice',
      'mt1 eyJmaWxlbmFtZSI6ImRpcjIvw5HChMOQwrDDkMK5w5DCuzMiLCJtdGltZSI6IjIwMTMwMzIyVDEyMDA0M1oifQ',
      'dir2/файл3',
    ],
    ['both characters that base64url has for itself', 'mt2 eyJmaWxlbmFtZSI6Ij8_Pj4-Pn5-In0', '??>>>>~~'],
    ['no time', `mt2 ${encoded('{"filename":"a.txt"}')}`, 'a.txt'],
    ['an empty name', `mt2 ${encoded('{"filename":"","mtime":"20130322T120043Z"}')}`, ''],
    ['quotes around it', `"mt2 ${encoded('{"filename":"a.txt"}')}"`, 'a.txt'],
  ])('%s', (_case, description, name) => {
    expect(decodeMtAwsGlacier(description)).toEqual({ name, format: 'mt-aws-glacier' });
  });

  it.each([
    ['cut short', 'mt2 eyJmaWxlbmFtZSI6ImZpbGUvYS9iL2MvZCIsIm10aW1lIjoiMjAxMjEx'],
    ['base64 with padding', 'mt2 eyJmaWxlbmFtZSI6ImFiIn0='],
    ['the alphabet of plain base64', 'mt2 eyJmaWxlbmFtZSI6Ij8/Pj4+Pn5+In0'],
    ['bits left over', 'mt2 eyJmaWxlbmFtZSI6ImFiIn1'],
    ['a digit too many', `mt2 ${encoded('{"filename":"a"}').slice(0, 20)}A`],
    ['mt2 that is no UTF-8', `mt2 ${encoded(Buffer.from('{"filename":"\xff"}', 'latin1'))}`],
    ['mt1 encoded once', `mt1 ${encoded('{"filename":"файл"}')}`],
    ['mt1 with a character that is no byte', `mt1 ${encoded('{"filename":"\u20ac"}')}`],
    ['no filename', `mt2 ${encoded('{"mtime":"20130322T120043Z"}')}`],
    ['a filename that is no text', `mt2 ${encoded('{"filename":7}')}`],
    ['a filename below __proto__', `mt2 ${encoded('{"__proto__":{"filename":"a"}}')}`],
    ['a list', `mt2 ${encoded('["filename"]')}`],
    ['no JSON', `mt2 ${encoded('a.txt')}`],
    ['lists a thousand deep', `mt2 ${encoded(`{"filename":${'['.repeat(1000)}${']'.repeat(1000)}}`)}`],
    ['a word', 'mt1 photos'],
  ])('%s is unreadable', (_case, description) => {
    expect(decodeMtAwsGlacier(description)).toEqual({ name: '', format: 'unreadable' });
  });

  it.each([
    'mt1',
    'mt2',
    'mt1 rainier by night',
    'mt3 eyJmaWxlbmFtZSI6ImEifQ',
    'mtijob1 eyJ0eXBlIjoiZnVsbCJ9',
    ' mt1 a',
    '',
  ])('%j is not its format', (description) => {
    expect(decodeMtAwsGlacier(description)).toBeNull();
  });
});
