import { StringDecoder } from 'node:string_decoder';
import type { Readable } from 'node:stream';
import type { Catalogue } from '../catalogue';
import { FileProblems } from '../file-problems';
import { matchGivenIds, tellUnknownIds } from '../given-ids';
import { ARCHIVE_ID } from '../row';
import type { Columns } from '../table-filler';

interface WantedId {
  readonly line: number;
  readonly archiveId: string;
}

const COLUMNS: Columns<WantedId> = { line: ['line', 'BIGINT'], archiveId: ['archive_id', 'VARCHAR'] };

/**
 * Reads archive ids, one a line, and finds their archives: fills the table `wanted_rows`. Empty lines and an id that is
 * there twice do no harm; anything else that is no id of the inventory is a problem, since a typo would leave an archive
 * behind.
 * @param signal stops the reading
 * @returns the file's problems
 */
export async function findWantedIds(
  catalogue: Catalogue,
  source: Readable,
  signal?: AbortSignal,
): Promise<readonly string[]> {
  const problems = new FileProblems('list of ids');
  const wanted = await catalogue.createTable('wanted', COLUMNS);
  for await (const { line, text } of readLines(source)) {
    signal?.throwIfAborted();
    const archiveId = text.trim();
    if (ARCHIVE_ID.test(archiveId)) await wanted.append([{ line, archiveId }]);
    // Not quoted: a wrong path may have led to a file of secrets.
    else if (archiveId !== '') problems.add('lines that are no archive id', { line });
  }
  await wanted.finish();
  await matchGivenIds(catalogue, 'wanted');
  await tellUnknownIds(catalogue, 'wanted', problems);
  return problems.list();
}

/** The lines of a text in UTF-8, with or without a byte order mark. */
async function* readLines(source: Readable): AsyncGenerator<{ line: number; text: string }> {
  const decoder = new StringDecoder('utf8');
  let [line, rest] = [0, ''];
  const chunks: AsyncIterable<Buffer | string> = source;
  for await (const chunk of chunks) {
    const lines = (rest + (typeof chunk === 'string' ? chunk : decoder.write(chunk))).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) yield { line: (line += 1), text };
  }
  yield { line: line + 1, text: rest };
}
