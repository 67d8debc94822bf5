import type { Subset } from '../../src/verify/sample';
import { usageError } from '../exit-codes';
import { safeText } from '../text/format';

const UNIT_BYTES = { K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 } as const;

/** `1%` of the archives, `10G` of bytes (K, M, G, T: powers of 1,024), or `all`. Throws CliError with the usage code. */
export function parseSubset(text: string): Exclude<Subset, null> {
  if (text === 'all') return 'all';
  const [, number = '', unit = ''] = /^(\d{1,6}(?:\.\d{1,3})?)([%KMGT])$/.exec(text) ?? [];
  const value = Number(number);
  if (unit === '%' && value > 0 && value <= 100) return { share: value / 100 };
  if (unit in UNIT_BYTES && value > 0) return { bytes: Math.ceil(value * UNIT_BYTES[unit as keyof typeof UNIT_BYTES]) };
  throw usageError(`"${safeText(text)}" is not a valid subset of the data: use 1%, 10G or all`);
}
