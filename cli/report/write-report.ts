import { open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Environment, Output } from '../output';
import { safeText } from '../text/safe-text';
import type { ReportRow } from './report-row';
import { stageFile } from './staged-file';
import { CSV, JSONL, type TextFormat } from './text-formats';

export const REPORT_FORMATS = ['csv', 'jsonl', 'parquet'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

type Pages = AsyncIterable<readonly ReportRow[]>;
type WriteLines = (lines: string) => Promise<void>;

/** Writes a report to standard output; on a terminal without what a terminal would obey. */
export function printReport(output: Output, format: Exclude<ReportFormat, 'parquet'>, pages: Pages): Promise<void> {
  return writeText(format === 'csv' ? CSV : JSONL, pages, (lines) =>
    output.result(output.stdout.isTTY === true ? lines.split('\n').map(safeText).join('\n') : lines),
  );
}

/** Writes a report into a file, which appears only when it is whole. */
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
