import { z } from 'zod';
import { BAD_ROW_KINDS } from './bad-rows';
import { NAME_STYLES, type NameStyle } from './names/styles';

const UNIT_BYTES: Readonly<Record<string, number>> = {
  B: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
};

/** Bytes of a size such as `10KiB` or `1.5 GiB`; null for anything else, and for a fraction of a byte. */
export function parseByteSize(text: string): number | null {
  const [, number, unit] = /^(\d{1,15}(?:\.\d{1,9})?) ?([A-Za-z]+)$/.exec(text.trim()) ?? [];
  const bytes = Number(number) * (UNIT_BYTES[unit ?? ''] ?? NaN);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** The largest archive that Glacier holds: 10,000 parts of 4 GiB. */
const MOST_BYTES = 40_000 * 1024 ** 3;
const MOST_ARCHIVES = 100_000_000;
const MOST_BAD_ROWS_OF_A_KIND = 1_000_000;

const SPREADS = ['uniform', 'log-uniform', 'log-normal'] as const;

const archiveBytes = z.union([z.string(), z.number()]).transform((value, context): number => {
  const bytes = typeof value === 'number' ? value : parseByteSize(value);
  if (bytes !== null && Number.isInteger(bytes) && bytes >= 1 && bytes <= MOST_BYTES) return bytes;
  context.addIssue('must be a size from 1B to 40000GiB, such as 10KiB (units B, KiB, MiB, GiB, TiB)');
  return z.NEVER;
});

const weight = z.number().positive().max(1e9);

const sizeChoice = z.preprocess(
  (value) => (typeof value === 'string' || typeof value === 'number' ? { size: value } : value),
  z
    .strictObject({
      size: archiveBytes.optional(),
      from: archiveBytes.optional(),
      to: archiveBytes.optional(),
      spread: z.enum(SPREADS).optional(),
      weight: weight.default(1),
    })
    .transform(({ size, from, to, spread, weight }, context) => {
      if (size !== undefined && from === undefined && to === undefined && spread === undefined) {
        return { fromBytes: size, toBytes: size, spread: 'uniform' as const, weight };
      }
      if (size === undefined && from !== undefined && to !== undefined && from <= to) {
        return { fromBytes: from, toBytes: to, spread: spread ?? ('uniform' as const), weight };
      }
      context.addIssue('must be a size, or `from` and `to`, the smaller first');
      return z.NEVER;
    }),
);

const date = z
  .union([z.iso.date(), z.iso.datetime()], { error: 'must be a date such as 2013-01-01 or 2013-01-01T12:00:00Z' })
  .transform((text) => Date.parse(text));

const withWeight = (style: NameStyle, weight: number | undefined): readonly { style: NameStyle; weight: number }[] =>
  weight === undefined ? [] : [{ style, weight }];

const AT_LEAST_ONE = 'must name at least one';

const schema = z
  .strictObject({
    seed: z
      .union([z.string().min(1).max(1024), z.number()])
      .transform(String)
      .default('1'),
    count: z.int().min(1).max(MOST_ARCHIVES).default(1000),
    sizes: z
      .preprocess((value) => (Array.isArray(value) ? value : [value]), z.array(sizeChoice).min(1, AT_LEAST_ONE))
      .prefault({ from: '1KiB', to: '10MiB', spread: 'log-uniform' }),
    names: z
      .partialRecord(z.enum(NAME_STYLES), weight)
      .transform((weights) => NAME_STYLES.flatMap((style) => withWeight(style, weights[style])))
      .refine((styles) => styles.length > 0, AT_LEAST_ONE)
      .prefault({ plain: 1 }),
    duplicates: z.number().min(0).max(1).default(0),
    badRows: z.partialRecord(z.enum(BAD_ROW_KINDS), z.int().min(0).max(MOST_BAD_ROWS_OF_A_KIND)).default({}),
    created: z
      .strictObject({ from: date.prefault('2013-01-01'), to: date.prefault('2025-12-15') })
      .transform(({ from, to }) => ({ fromMs: from, toMs: to }))
      .prefault({}),
  })
  .refine(({ count, created }) => created.toMs - created.fromMs >= count, {
    path: ['created'],
    message: '`to` must be at least one millisecond per archive after `from`',
  });

/**
 * What a seeded vault holds: plain data with every default filled in, as the journal keeps it. All of a vault follows
All of a vault follows and nothing else, so its meaning never changes from version to version.
 */
export type SeedSpec = Readonly<z.output<typeof schema>>;
export type SizeChoice = SeedSpec['sizes'][number];

/** An invalid specification of a vault; the message lists every problem. */
export class SeedSpecError extends Error {
  override readonly name = 'SeedSpecError';
  constructor(readonly problems: readonly string[]) {
    super(`The seed specification cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/** Checks a specification: see examples/seed.yaml. @throws SeedSpecError with every problem */
export function parseSeedSpec(written: unknown): SeedSpec {
  const parsed = schema.safeParse(written);
  if (parsed.success) return parsed.data;
  throw new SeedSpecError(
    parsed.error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)),
  );
}

/** {@link parseSeedSpec} for the text of a YAML file. @throws SeedSpecError with every problem */
export function parseSeedYaml(text: string): SeedSpec {
  const { parseDocument } = require('yaml') as typeof import('yaml');
  const document = parseDocument(text);
  if (document.errors.length > 0)
    throw new SeedSpecError(document.errors.map(({ message }) => message.split('\n')[0] ?? message));
  return parseSeedSpec(document.toJS());
}
