/** Whether a text matches an IAM pattern, in which `*` matches any characters and `?` exactly one. */
export function matchesPattern(actual: string, pattern: string): boolean {
  const source = pattern
    .replace(/[\\^$.|+()[\]{}]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${source}$`, 's').test(actual);
}

const fieldsOfArn = (arn: string): readonly string[] => [...arn.split(':', 5), arn.split(':').slice(5).join(':')];

/** ArnEquals and ArnLike are the same: each of the six fields may hold wildcards (IAM guide, condition operators). */
export function matchesArn(actual: string, pattern: string): boolean {
  const actualFields = fieldsOfArn(actual);
  return fieldsOfArn(pattern).every((field, index) => matchesPattern(actualFields[index] ?? '', field));
}
