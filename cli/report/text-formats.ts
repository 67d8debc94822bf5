import { stringify } from 'csv-stringify/sync';
import { COLUMNS, type ReportRow } from './report-row';

/** Writes rows as lines of text, without the end of the last line. */
export interface TextFormat {
  /** Goes before the first row; null for a format that has no header. */
  readonly header: string | null;
  readonly lines: (rows: readonly ReportRow[]) => string;
}

const NAMES = Object.keys(COLUMNS);

/** RFC 4180 but for line ends, which are those of Unix. Nothing known is an empty cell; job ids have spaces between. */
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
 * What a spreadsheet would take for a formula begins with an apostrophe, which makes it text (OWASP, "CSV Injection";
 * the full-width signs are read as the plain ones). For cells that hold words of others; ids and checksums must stay
 * as they are, and their alphabets hold no formula.
 */
const noFormula = (text: string | null): string | null =>
  text !== null && /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/.test(text) ? `'${text}` : text;
