import { open, mkdtemp, rename, rm } from 'node:fs/promises';
import { join, dirname } from 'node:path';
import type { Environment, Output } from '../output';
import { safeText } from '../text/format';
import { type ReportRow, COLUMNS } from './report-row';
import { stringify } from 'csv-stringify/sync';
import { existsSync } from 'node:fs';
import { syncPath } from '../../src/sync-path';
import { usageError } from '../exit-codes';
import { usingPath } from '../system-error';

/** @throws CliError with the usage code unless a new file can be made under this path */
export function assertNewFile(path: string): void {
  if (existsSync(path)) throw usageError(`${safeText(path)} already exists. Nothing was written: choose another file.`);
  if (!existsSync(dirname(path)))
    throw usageError(`The folder of ${safeText(path)} does not exist. Nothing was written.`);
}

/**
 * Writes a file that appears only when it is complete.
 * @param write gets a folder beside the file, for work that needs room, and returns the path in it of what was made
 * @throws CliError that names the file if it cannot be stored; otherwise what `write` throws
 */
async function stageFile(env: Environment, path: string, write: (folder: string) => Promise<string>): Promise<void> {
  await usingPath(env, path, 'The report', async () => {
    const folder = await mkdtemp(join(dirname(path), '.glacier-transfer-'));
    try {
      const made = await write(folder);
      await syncPath(made, 'r+');
      await rename(made, path);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** Writes rows as lines of text, without the end of the last line. */
export interface TextFormat {
  /** Goes before the first row; null for a format that has no header. */
  readonly header: string | null;
  readonly lines: (rows: readonly ReportRow[]) => string;
}

const NAMES = Object.keys(COLUMNS);

/** RFC 4180 with Unix line ends. Null is an empty cell; job ids are separated by spaces. */
export const CSV: TextFormat = {
  header: NAMES.join(','),
  lines: (rows) => stringify(rows.map(csvCells), { columns: NAMES, eof: false, cast: { boolean: String } }),
};

/** One JSON object per row. */
export const JSONL: TextFormat = {
  header: null,
  lines: (rows) => rows.map((row) => JSON.stringify(row)).join('\n'),
};

const csvCells = (row: ReportRow): Readonly<Record<keyof ReportRow, unknown>> => ({
  ...row,
  description: noFormula(row.description),
  key: noFormula(row.key),
  message: noFormula(row.message),
  job_ids: row.job_ids.join(' '),
});

/**
 * Prefixes what a spreadsheet would take for a formula with an apostrophe, which makes it text (OWASP, "CSV Injection";
 * the full-width signs are read as the plain ones). For untrusted text only; ids and checksums must stay
 * unchanged, and their alphabets cannot form a formula.
 */
const noFormula = (text: string | null): string | null =>
  text !== null && /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text;

export const REPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

type Pages = AsyncIterable<readonly ReportRow[]>;
type WriteLines = (lines: string) => Promise<void>;

/** Writes a report to standard output; on a terminal without control characters. */
export function printReport(output: Output, format: Exclude<ReportFormat, 'parquet'>, pages: Pages): Promise<void> {
  return writeText(format === 'csv' ? CSV : JSONL, pages, (lines) =>
    output.result(output.stdout.isTTY === true ? lines.split('\n').map(safeText).join('\n') : lines),
  );
}

/** Writes a report to a file, which appears only when it is complete. */
export async function saveReport(env: Environment, path: string, format: ReportFormat, pages: Pages): Promise<void> {
  await stageFile(env, path, async (folder) => {
    const textPath = join(folder, 'text');
    await writeTextFile(textPath, format === 'csv' ? CSV : JSONL, pages);
    if (format !== 'parquet') return textPath;
    const { writeParquetReport } = require('./parquet') as typeof import('./parquet');
    const parquetPath = join(folder, 'parquet');
    await writeParquetReport(textPath, parquetPath);
    return parquetPath;
  });
}

async function writeTextFile(path: string, format: TextFormat, pages: Pages): Promise<void> {
  const file = await open(path, 'wx');
  try {
    await writeText(format, pages, (lines) => file.appendFile(`${lines}\n`));
  } finally {
    await file.close();
  }
}

async function writeText(format: TextFormat, pages: Pages, write: WriteLines): Promise<void> {
  if (format.header !== null) await write(format.header);
  for await (const rows of pages) await write(format.lines(rows));
}
