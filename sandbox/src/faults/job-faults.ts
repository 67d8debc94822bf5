import type { JobFate } from '../glacier';
import type { JobRule } from './rules';

/** What the rules that have struck a job do to it, together. */
export const fateBy = (rules: readonly JobRule[]): JobFate => Object.assign({}, ...rules.map(fateByOne)) as JobFate;

function fateByOne(rule: JobRule): JobFate {
  switch (rule.fault) {
    case 'job-fails':
      return { failsWith: rule.message };
    case 'job-expires':
      return { outputLifeMs: rule.after };
    case 'job-announced-early':
      return { isAnnouncedEarly: true };
  }
}
