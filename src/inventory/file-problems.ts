/** A place in a file that a person gave. Nothing of the file is quoted: a wrong path may have led to a file of secrets. */
export interface ProblemPlace {
  /** From 1. */
  readonly line: number;
  /** The line that has the same already. */
  readonly firstLine?: number;
}

/** Places told of each kind of problem. */
export const MOST_EXAMPLES = 10;

/** The problems of one file: of each kind how many there are, and the first of them. */
export class FileProblems {
  private readonly kinds = new Map<string, { count: number; examples: ProblemPlace[] }>();

  /** @param file how the file is called in a sentence */
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
