import type { ArchiveRow } from '../wire/inventory';

/** Where each field of an archive stands in the catalogue. */
const COLUMN_OF: Readonly<Record<keyof ArchiveRow, string>> = {
  index: 'index',
  archiveId: 'archive_id',
  sizeBytes: 'size_bytes',
  treeHash: 'tree_hash',
  creationDate: 'creation_date',
  description: 'description',
  key: 'key',
  nameFormat: 'name_format',
  own: 'own',
};

/**
 * SQL expression on a row of the catalogue (Parquet): the ArchiveRow as JSON, its `index` null where the filter leaves the
 * archive out. DuckDB writes the JSON: a row then costs one string to read instead of nine values.
 */
export const ARCHIVE_JSON = `to_json({${Object.entries(COLUMN_OF)
  .map(([field, column]) => `'${field}': "${column}"`)
  .join(', ')}})::VARCHAR`;
