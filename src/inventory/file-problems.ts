import type { Catalogue } from './catalogue';

/** A table with the columns `line` and `archive_id`, filled from the user's file. */
export type GivenTable = 'wanted' | 'overrides';

/**
 * Matches the ids in the user's file: fills the table `<table>_rows` with `line` and the archive's `row`,
 * null if the inventory does not have that id. Later queries then join by number, not by id.
 */
export async function matchGivenIds({ connection }: Catalogue, table: GivenTable): Promise<void> {
  await connection.run(
    `CREATE TABLE ${table}_rows AS SELECT given.line, archives."row" FROM ${table} given LEFT JOIN archives USING (archive_id)`,
  );
}

/** Reports the ids that the inventory does not have as problems of the file. */
export async function reportUnknownIds(catalogue: Catalogue, table: GivenTable, problems: FileProblems): Promise<void> {
  const unknown = `SELECT line FROM ${table} WHERE line IN (SELECT line FROM ${table}_rows WHERE "row" IS NULL)`;
  await reportProblems(catalogue, problems, 'archive ids that the inventory does not have', unknown);
}

/**
 * Reports the rows of a query as problems of one kind.
 * @param query with the columns `line` and, if it says so, `first_line`
 */
export async function reportProblems(
  catalogue: Catalogue,
  problems: FileProblems,
  kind: string,
  query: string,
): Promise<void> {
  const count = await catalogue.count(query);
  if (count === 0) return;
  const found = await catalogue.connection.runAndReadAll(`${query} ORDER BY line LIMIT ${MOST_EXAMPLES}`);
  problems.addCounted(
    kind,
    count,
    found.getRowObjects().map((row) => ({
      line: Number(row['line']),
      ...('first_line' in row ? { firstLine: Number(row['first_line']) } : {}),
    })),
  );
}

/** A place in a file that a person gave. Nothing of the file is quoted: a wrong path may have led to a file of secrets. */
export interface ProblemPlace {
  /** From 1. */
  readonly line: number;
  /** The line that has the same already. */
  readonly firstLine?: number;
}

/** Places told of each kind of problem. */
const MOST_EXAMPLES = 10;

/** The problems of one file: of each kind how many there are, and the first of them. */
export class FileProblems {
  private readonly kinds = new Map<string, { count: number; examples: ProblemPlace[] }>();

  /** @param file what messages call the file */
  constructor(private readonly file: string) {}

  /** @param kind what is wrong, said of one or many: `not two columns` */
  add(kind: string, place: ProblemPlace): void {
    const known = this.kinds.get(kind) ?? { count: 0, examples: [] };
    known.count += 1;
    if (known.examples.length < MOST_EXAMPLES) known.examples.push(place);
    this.kinds.set(kind, known);
  }

  /** Adds problems that were counted elsewhere. @param examples the first of them */
  addCounted(kind: string, count: number, examples: readonly ProblemPlace[]): void {
    if (count > 0) this.kinds.set(kind, { count, examples: [...examples] });
  }

  /** A sentence part for each kind; empty when the file is as it should be. */
  list(): readonly string[] {
    return [...this.kinds].map(([kind, { count, examples }]) => {
      const places = examples
        .map(({ line, firstLine }) => `line ${line}${firstLine === undefined ? '' : ` as in line ${firstLine}`}`)
        .join(', ');
      const more = count > examples.length ? ` and ${count - examples.length} more` : '';
      return `${this.file}, ${kind}: ${count} (${places}${more})`;
    });
  }
}
