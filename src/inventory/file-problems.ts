/** A place in a file that a person gave, and what is wrong there. */
export interface ProblemPlace {
  /** From 1. */
  readonly line: number;
  /** Untrusted texts in it are quoted by {@link quoted}. Left out where the line is not to be told. */
  readonly text?: string;
}

/** Places told of each kind of problem. */
export const MOST_EXAMPLES = 10;
const MOST_CHARACTERS = 200;

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
        .map(({ line, text }) => `line ${line}${text === undefined ? '' : `: ${text}`}`)
        .join(', ');
      const more = count > examples.length ? ` and ${count - examples.length} more` : '';
      return `${this.file}, ${kind}: ${count} (${places}${more})`;
    });
  }
}

/** A text from outside within a sentence: quoted, escaped and not too long. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}...` : text);
