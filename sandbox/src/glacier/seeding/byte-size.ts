const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** Bytes of a size as people write it: `10KiB`, `1.5 GiB`; null for anything else, and for a part of a byte. */
export function parseByteSize(text: string): number | null {
  const [, number, unit] = /^(\d{1,15}(?:\.\d{1,9})?) ?([A-Za-z]+)$/.exec(text.trim()) ?? [];
  const bytes = Number(number) * (UNIT_BYTES[unit ?? ''] ?? NaN);
  return Number.isSafeInteger(bytes) ? bytes : null;
}
