import { parseSubset } from './subset';

test.each([
  ['all', 'all'],
  ['1%', { share: 0.01 }],
  ['0.5%', { share: 0.005 }],
  ['100%', { share: 1 }],
  ['512K', { bytes: 512 * 2 ** 10 }],
  ['10G', { bytes: 10 * 2 ** 30 }],
  ['1.5T', { bytes: 1.5 * 2 ** 40 }],
])('%s', (text, subset) => {
  expect(parseSubset(text)).toEqual(subset);
});

test.each(['', '0%', '101%', '10', '10GB', '-1%', '0G', '1/5', 'ALL'])(
  '%j is not a valid subset of the data',
  (text) => {
    expect(() => parseSubset(text)).toThrow('is not a valid subset of the data: use 1%, 10G or all');
  },
);
