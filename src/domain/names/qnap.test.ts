import { decodeQnap } from './qnap';

describe('QNAP', () => {
  it.each([
    ['a file', '{"type":"file","path":"/share/a.txt"}', '/share/a.txt'],
    ['escapes of JSON', '{"type":"file","path":"dir2/\\u0444\\u0430\\u0439\\u043b3"}', 'dir2/файл3'],
    ['a backslash, which Linux has in names', '{"path":"dir/a\\\\b.txt"}', 'dir/a\\b.txt'],
    ['no UTF-7', '{"path":"a+AGI-c"}', 'a+AGI-c'],
    ['quotes around the JSON', '"{"path":"a.txt"}"', 'a.txt'],
    ['white space in the JSON', '{ "type" : "file" , "path" : "a.txt" }', 'a.txt'],
    ['a path given twice: the last', '{"path":"a","path":"b"}', 'b'],
  ])('%s', (_case, description, name) => {
    expect(decodeQnap(description)).toEqual({ name, format: 'qnap' });
  });

  it.each([
    ['cut short', '{"path":"a.txt"'],
    ['a list for a path', '{"path":["a.txt"]}'],
    ['a blank path', '{"path":" "}'],
    ['an upper-case Path', '{"Path":"a.txt"}'],
    ['a path below __proto__', '{"__proto__":{"path":"a.txt"}}'],
    ['a list', '[{"path":"a.txt"}]'],
    ['two objects', '{"path":"a"}{"path":"b"}'],
  ])('%s is not its format', (_case, description) => {
    expect(decodeQnap(description)).toBeNull();
  });
});
