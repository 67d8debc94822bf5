import type { TransferFilter } from '../../wire/request';
import { GlobError } from './glob-error';
import { GlobParser } from './name-globs';

/** A member of a filter, and what is wrong with it. */
export interface FilterProblem {
  readonly field: keyof TransferFilter;
  readonly message: string;
}

const MOST_GLOB_PROBLEMS = 10;

/** What is wrong with a filter whose members are well formed each for itself. */
export function filterProblems(filter: TransferFilter): readonly FilterProblem[] {
  const { fromDate, toDate, minSizeBytes, maxSizeBytes } = filter;
  const problems: FilterProblem[] = [];
  if (fromDate !== undefined && toDate !== undefined && Date.parse(fromDate) >= Date.parse(toDate)) {
    problems.push({ field: 'toDate', message: `no archive is created from ${fromDate} and before ${toDate}` });
  }
  if (minSizeBytes !== undefined && maxSizeBytes !== undefined && minSizeBytes > maxSizeBytes) {
    problems.push({ field: 'maxSizeBytes', message: `it is less than the least size of ${minSizeBytes} bytes` });
  }
  return [...problems, ...globProblems(filter)];
}

function globProblems({ include = [], exclude = [] }: TransferFilter): readonly FilterProblem[] {
  const problems: FilterProblem[] = [];
  const parser = new GlobParser();
  const globs = [
    ...include.map((glob) => ({ field: 'include', glob }) as const),
    ...exclude.map((glob) => ({ field: 'exclude', glob }) as const),
  ];
  for (const { field, glob } of globs) {
    try {
      parser.parse(glob);
    } catch (error) {
      if (!(error instanceof GlobError)) throw error;
      problems.push({ field, message: `${JSON.stringify(glob)} is not a valid glob: ${error.message}` });
      if (problems.length === MOST_GLOB_PROBLEMS) break;
    }
  }
  return problems;
}
