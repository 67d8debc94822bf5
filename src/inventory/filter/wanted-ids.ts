import type { Readable } from 'node:stream';
import { Failure, TransferError } from '../../failures';
import type { Catalogue } from '../catalogue';
import { FileProblems } from '../file-problems';
import { matchGivenIds, tellUnknownIds } from '../given-ids';
import { ARCHIVE_ID } from '../row';
import type { Columns } from '../table-filler';
import { readLines } from '../text-lines';

interface WantedId {
  readonly line: number;
  readonly archiveId: string;
}

/** An id has at most 255 characters. */
const MAX_LINE_BYTES = 64 * 1024;

const COLUMNS: Columns<WantedId> = { line: ['line', 'BIGINT'], archiveId: ['archive_id', 'VARCHAR'] };

/**
 * Reads archive ids, one a line, and finds their archives: fills the table `wanted_rows`. Empty lines and an id that is
 * there twice do no harm; anything else that is no id of the inventory is a problem, since a typo would leave an archive
 * behind.
 * @param signal stops the reading
 * @returns the file's problems
 * @throws TransferError InvalidRequest for a line that no list of ids has; the signal's reason when it has aborted
 */
export async function findWantedIds(
  catalogue: Catalogue,
  source: Readable,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const problems = new FileProblems('list of ids');
  const wanted = await catalogue.createTable('wanted', COLUMNS);
  for await (const { first, texts } of readLines(source, MAX_LINE_BYTES, tooLong, signal)) {
    const ids: WantedId[] = [];
    for (const [position, text] of texts.entries()) {
      const line = first + position;
      const archiveId = text.trim();
      if (ARCHIVE_ID.test(archiveId)) ids.push({ line, archiveId });
      else if (archiveId !== '') problems.add('lines that are no archive id', { line });
    }
    await wanted.append(ids);
  }
  await wanted.finish();
  await matchGivenIds(catalogue, 'wanted');
  await tellUnknownIds(catalogue, 'wanted', problems);
  return problems.list();
}

const tooLong = (line: number): TransferError =>
  new TransferError(
    Failure.InvalidRequest,
    `line ${line} of the list of ids has more than ${MAX_LINE_BYTES} bytes: it is no list of ids, one a line. ` +
      'Nothing was requested from Glacier: correct this and start again.',
  );
