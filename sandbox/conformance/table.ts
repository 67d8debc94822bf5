/** `npm run conformance:table`: the cases about S3 per operation, and how often a target is not what AWS documents. */
import { themes } from './s3';
import type { S3Case, Target } from './s3/case';

const TARGETS: readonly Target[] = ['sandbox', 'versitygw'];

const cases = Object.values(themes).flat();

const differing = (some: readonly S3Case[], target: Target): number =>
  some.filter(({ differs }) => differs !== undefined && target in differs).length;

const row = (name: string, some: readonly S3Case[]): string =>
  `| ${[name, some.length, ...TARGETS.map((target) => some.length - differing(some, target))].join(' | ')} |`;

const operations = [...new Set(cases.map(({ operation }) => operation))].sort();

console.log('| operation | cases on each target | as documented: sandbox | as documented: versitygw |');
console.log('|---|---|---|---|');
for (const name of operations)
  console.log(
    row(
      name,
      cases.filter(({ operation }) => operation === name),
    ),
  );
console.log(row('all', cases));

for (const target of TARGETS) {
  console.log(`\nWhere ${target} is not what AWS documents:\n`);
  for (const { operation, name, outcome, differs } of cases) {
    if (differs === undefined || !(target in differs)) continue;
    const shown = [differs[target], outcome].map((value) => `\`${JSON.stringify(value)}\``);
    console.log(`- ${operation} ${name}: ${shown[0]} for ${shown[1]}. ${differs.documented}`);
  }
}
