import { parseContentRange, parseRange, parseRangeHeader } from './range';

test('byte ranges include both ends', () => {
  expect(parseRange('1048576-2097151')).toEqual({ start: 1048576, end: 2097151 });
});

test.each(['', '5', '5-4', '-5', 'a-b', '1-2-3'])('%p is not a valid range', (text) => {
  expect(parseRange(text)).toBeNull();
});

test('the end of a Range header is clamped to the output', () => {
  expect(parseRangeHeader('bytes=0-1023', 8388608)).toEqual({ start: 0, end: 1023 });
  expect(parseRangeHeader('bytes=1024-99999999', 8388608)).toEqual({ start: 1024, end: 8388607 });
  expect(parseRangeHeader('bytes=1024-', 8388608)).toEqual({ start: 1024, end: 8388607 });
});

test.each(['bytes=8388608-8388609', 'bytes=-5', 'bytes=0-1,5-6', '0-5'])('the Range header %s is rejected', (text) => {
  expect(() => parseRangeHeader(text, 8388608)).toThrow('Invalid range');
});

test('a Content-Range header names a part', () => {
  expect(parseContentRange('bytes 0-4194303/*')).toEqual({ start: 0, end: 4194303 });
  expect(() => parseContentRange('0-4194303')).toThrow('Invalid Content-Range');
  expect(() => parseContentRange('bytes 5-4/*')).toThrow('Invalid Content-Range');
});
