import type { TransferFilter } from '../../wire/request';
import { nameMatcher } from './name-globs';

/** A member of a filter, and what is wrong with it. */
export interface FilterProblem {
  readonly field: keyof TransferFilter;
  readonly message: string;
}

/** What is wrong with a filter whose members are well formed each for itself. */
export function filterProblems(filter: TransferFilter): readonly FilterProblem[] {
  const { fromDate, toDate, minSizeBytes, maxSizeBytes, include = [], exclude = [] } = filter;
  const problems: FilterProblem[] = [];
  if (fromDate !== undefined && toDate !== undefined && Date.parse(fromDate) >= Date.parse(toDate)) {
    problems.push({ field: 'toDate', message: `no archive is created from ${fromDate} and before ${toDate}` });
  }
  if (minSizeBytes !== undefined && maxSizeBytes !== undefined && minSizeBytes > maxSizeBytes) {
    problems.push({ field: 'maxSizeBytes', message: `it is less than the least size of ${minSizeBytes} bytes` });
  }
  for (const [field, globs] of Object.entries({ include, exclude })) {
    for (const glob of globs.filter((each) => !isGlob(each))) {
      problems.push({ field: field as 'include' | 'exclude', message: `${JSON.stringify(glob)} is no glob` });
    }
  }
  return problems;
}

function isGlob(glob: string): boolean {
  try {
    nameMatcher(glob);
    return true;
  } catch {
    return false;
  }
}
