import { decodeCloudBerry } from './cloudberry';

const described = (path: string): string => JSON.stringify({ Path: path, UTCDateModified: '20130322T120043Z' });

describe('CloudBerry', () => {
  it.each([
    ['the vendor’s example', '{"Path":"dir2/+BEQEMAQ5BDs-3","UTCDateModified":"20130322T120043Z"}', 'dir2/файл3'],
    ['with Flags', '{"Path":"a/b.txt","UTCDateModified":"20130322T120043Z","Flags":3}', 'a/b.txt'],
    ['ASCII', described('a/b.txt'), 'a/b.txt'],
    ['the examples of RFC 2152', described('Hi Mom -+Jjo--+ACE-'), 'Hi Mom -\u263a-!'],
    ['base64 that ends with the text', described('+ZeVnLIqe'), '日本語'],
    ['base64 that ends before a dot', described('+ZeVnLIqe.txt'), '日本語.txt'],
    ['a surrogate pair and a backslash', described('+2D3eAABc-b'), '😀/b'],
    ['a plus', described('C+-+-.txt'), 'C++.txt'],
    ['pluses in base64', described('a+ACsAKw-b'), 'a++b'],
    ['a path of Windows', described('dir\\sub\\a.txt'), 'dir/sub/a.txt'],
    ['quotes around the JSON', '"{"Path":"a.txt"}"', 'a.txt'],
  ])('%s', (_case, description, name) => {
    expect(decodeCloudBerry(description)).toEqual({ name, format: 'cloudberry' });
  });

  it.each([
    ['too few bits for a character', 'a+b.txt'],
    ['bits left over', 'a+AGJ.txt'],
    ['bits left over behind two characters', 'a+AGIAYh.txt'],
    ['two pluses of plain text', 'C++/main.c'],
    ['a plus at the end', 'a+'],
    ['characters beyond ASCII', 'ä+AGI-'],
  ])('%s: no UTF-7, taken as it stands', (_case, path) => {
    expect(decodeCloudBerry(described(path))).toEqual({ name: path, format: 'cloudberry' });
  });

  it.each([
    ['cut short', '{"Path":"a.txt"'],
    ['a number for a Path', '{"Path":7}'],
    ['an empty Path', '{"Path":"","path":"b"}'],
    ['a lower-case path', '{"path":"a.txt"}'],
    ['a Path below __proto__', '{"__proto__":{"Path":"a.txt"}}'],
    ['objects a hundred deep', `${'{"Path":'.repeat(100)}"a"${'}'.repeat(100)}`],
    ['plain text', 'a.txt'],
  ])('%s is not its format', (_case, description) => {
    expect(decodeCloudBerry(description)).toBeNull();
  });
});
