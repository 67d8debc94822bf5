import type { ArchiveRow } from '../wire/inventory';

/** The catalogue column of each field of an archive. */
const COLUMN_OF: Readonly<Record<keyof ArchiveRow, string>> = {
  index: 'index',
  archiveId: 'archive_id',
  sizeBytes: 'size_bytes',
  treeHash: 'tree_hash',
  creationDate: 'creation_date',
  description: 'description',
  key: 'key',
  nameFormat: 'name_format',
  ownWorkflow: 'own_workflow',
};

/**
 * SQL expression on a row of the catalogue (Parquet): the ArchiveRow as JSON, with a null `index` if the filter excludes the
 * archive. DuckDB writes the JSON: reading a row then costs one string instead of nine values.
 */
export const ARCHIVE_JSON = `to_json({${Object.entries(COLUMN_OF)
  .map(([field, column]) => `'${field}': "${column}"`)
  .join(', ')}})::VARCHAR`;
