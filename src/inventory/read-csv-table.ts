import { pipeline, type Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { Failure, TransferError } from '../failures';
import { inPieces } from './pieces';

/** A row of the user's CSV file. */
export interface CsvTableRow {
  /** Line number of its last line, from 1. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** A name has at most 1,024 bytes: a longer row is an unclosed quote, and would fill the memory. */
const MAX_ROW_CHARACTERS = 64 * 1024;

/**
 * Streams the rows of a CSV file (RFC 4180, UTF-8 with or without a byte order mark); empty lines are skipped. Inventories
 * have their own quoting rules: see read-csv-inventory.ts.
 * Errors of the source pass unchanged: they may be retryable.
 * @param what what messages call the file
 * @throws TransferError InvalidRequest when it is not valid CSV (the message quotes none of it); the signal's reason when it has aborted
 */
export async function* readCsvTable(source: Readable, what: string, signal?: AbortSignal): AsyncGenerator<CsvTableRow> {
  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MAX_ROW_CHARACTERS,
  });
  // pipeline only needs a callback: it destroys the parser with the source's error, and reading it throws.
  const rows = pipeline(inPieces(source, signal), parser, () => undefined) as AsyncIterable<{
    info: Info;
    record: string[];
  }>;
  try {
    for await (const { info, record } of rows) yield { line: info.lines, fields: record };
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    // The parser's message quotes the file.
    throw new TransferError(
      Failure.InvalidRequest,
      `the ${what} is not a valid CSV file: ${problemOf(error)} at line ${String(error['lines'])}`,
    );
  }
}

function problemOf({ code }: CsvError): string {
  if (code === 'CSV_MAX_RECORD_SIZE') return `a row has more than ${MAX_ROW_CHARACTERS} characters`;
  return code.includes('QUOTE') ? 'a quote is not closed, or stands within a field,' : 'it cannot be read';
}
