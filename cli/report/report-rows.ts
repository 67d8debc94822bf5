import type { RunRecords } from '../../src/run-folder/run-records';
import { listArchives, listExcluded, type LiveStates } from '../listing/listing';
import type { OpenCatalogue } from '../listing/open-catalogue';
import { archiveReportRow, quarantinedReportRow, type ReportRow } from './report-row';

/**
 * Every row of the inventory once, a page at a time: the archives of the run by index, what its filter leaves out, and
 * what is no archive.
 */
export async function* reportRows(
  run: string,
  catalogue: OpenCatalogue,
  records: RunRecords,
  live: LiveStates,
): AsyncGenerator<readonly ReportRow[]> {
  for await (const page of listArchives(catalogue, records, live)) {
    yield page.map((archive) => archiveReportRow(run, archive));
  }
  for await (const page of listExcluded(catalogue)) yield page.map((archive) => archiveReportRow(run, archive));
  if (catalogue.prepared.quarantinedRows === 0) return;
  for await (const row of records.quarantine()) yield [quarantinedReportRow(run, row)];
}
