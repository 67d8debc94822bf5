import { pipeline, type Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { Failure, TransferError } from '../failures';
import { inPieces } from './pieces';

/** A row of a CSV file that a person gave. */
export interface CsvTableRow {
  /** Number of its last line, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** A name has at most 1,024 bytes: a longer row is a quote that nothing closes, and would fill the memory. */
const MAX_ROW_CHARACTERS = 64 * 1024;

/**
 * Streams the rows of a CSV file (RFC 4180, UTF-8 with or without a byte order mark); empty lines are left out. Inventories
 * have quoting of their own: see read-csv-inventory.ts.
 * Errors of the source itself pass unchanged: they may be worth a retry.
 * @param what how the file is called in a sentence
 * @throws TransferError InvalidRequest when it is no CSV, nothing of it quoted; the signal's reason when it has aborted
 */
export async function* readCsvTable(source: Readable, what: string, signal?: AbortSignal): AsyncGenerator<CsvTableRow> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_CHARACTERS,
  });
  // The callback is all pipeline needs: it destroys the parser with the source's error, and reading it throws.
  const rows = pipeline(inPieces(source, signal), parser, () => undefined) as AsyncIterable<{
    info: Info;
    record: string[];
  }>;
  try {
    for await (const { info, record } of rows) yield { line: info.lines, fields: record };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // What the parser says quotes the file.
    throw new TransferError(
      Failure.InvalidRequest,
      `the ${what} is no CSV file: ${problemOf(error)} at line ${String(error['lines'])}`,
    );
  }
}

function problemOf({ code }: CsvError): string {
  if (code === 'CSV_MAX_RECORD_SIZE') return `a row has more than ${MAX_ROW_CHARACTERS} characters`;
  return code.includes('QUOTE') ? 'a quote is not closed, or stands within a field,' : 'it cannot be read';
}
