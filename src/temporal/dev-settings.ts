import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { packageRoot } from './paths';
import { PORTS_CLOSED_TO_BROWSERS } from './ports-closed-to-browsers';
import { reasonOf } from '../reason';
import { dataDirectory } from './user-directories';

/** A run may last weeks; a shorter retention would lose the record of what was moved. */
const MIN_RETENTION_DAYS = 30;

const port = z.int().min(1).max(65_535);
const closedPort = z.literal(PORTS_CLOSED_TO_BROWSERS, {
  error: `must be a port that browsers do not connect to: ${PORTS_CLOSED_TO_BROWSERS.join(', ')}`,
});
const identifier = z.string().regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'must be letters, digits and _');
const requiredAttributes = SEARCH_ATTRIBUTES.map(({ name }) => name);

const schema = z.strictObject({
  port,
  uiPort: port,
  httpPort: closedPort,
  metricsPort: closedPort,
  namespace: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]+$/, 'must be letters, digits and . _ -'),
  retentionDays: z.int().min(MIN_RETENTION_DAYS, `must be ${MIN_RETENTION_DAYS} days or more`),
  searchAttributes: z
    .record(identifier, z.literal('Keyword'))
    .refine((attributes) => requiredAttributes.every((name) => name in attributes), {
      message: `must hold ${requiredAttributes.join(', ')}`,
    }),
  dynamicConfig: z.record(
    z.string().regex(/^[A-Za-z][A-Za-z.]*$/, 'must be letters and dots'),
    z.union([z.boolean(), z.number()]),
  ),
  sqlitePragmas: z.record(identifier, z.union([z.string(), z.number()])),
  databaseFile: z.string().refine(isAbsolute, { message: 'must be an absolute path' }).optional(),
  logLevel: z.enum(['debug', 'info', 'warn', 'error', 'never']),
});

/** Settings of the local Temporal server, from temporal-dev.yaml. */
export type DevSettings = Readonly<z.infer<typeof schema>>;

/**
 * Default database file of the local server.
 * @throws {NoHomeError} when the settings name no file and there is no home folder
 */
export const databaseFileOf = ({ databaseFile }: DevSettings): string =>
  databaseFile ?? join(dataDirectory(), 'temporal.db');

/** temporal-dev.yaml cannot be used; the message lists every problem. */
export class DevSettingsError extends Error {
  override readonly name = 'DevSettingsError';
  constructor(file: string, problems: readonly string[]) {
    super(`${file} cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}

/**
 * Reads and checks the settings of the local Temporal server.
 * @throws {DevSettingsError} with every problem of the file in one message
 */
export function loadDevSettings(file: string = join(packageRoot, 'temporal-dev.yaml')): DevSettings {
  const document = parseDocument(readText(file));
  if (document.errors.length > 0) {
    throw new DevSettingsError(
      file,
      document.errors.map((error) => error.message.split('\n')[0] ?? error.message),
    );
  }
  const parsed = schema.safeParse(document.toJS());
  if (parsed.success) return parsed.data;
  throw new DevSettingsError(
    file,
    parsed.error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)),
  );
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new DevSettingsError(file, [reasonOf(error)]);
  }
}
