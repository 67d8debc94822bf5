import type { Statement } from '../policy/document';

/** Conditions on these, for fixed values, keep a statement for everybody from being public. */
const CONFINING_KEYS = new Set([
  'aws:sourceip',
  'aws:sourcearn',
  'aws:sourceowner',
  'aws:sourceaccount',
  'aws:principalaccount',
]);
const CONFINING_OPERATORS = /^(String|Arn)(Equals|Like)$|^IpAddress$/;

/**
 * Whether a policy lets anybody in, by "The meaning of 'public'" of the S3 user guide: a statement allows every
 * principal, and no condition confines it to fixed values. Of the conditions that do so the sandbox knows these.
 */
export const isPublic = (statements: readonly Statement[]): boolean =>
  statements.some((statement) => statement.Effect === 'Allow' && allowsEverybody(statement) && !isConfined(statement));

const allowsEverybody = ({ Principal }: Statement): boolean =>
  Principal === '*' || (Principal?.AWS ?? []).some((principal) => principal.includes('*'));

const isConfined = ({ Condition }: Statement): boolean =>
  Object.entries(Condition).some(
    ([operator, keys]) =>
      CONFINING_OPERATORS.test(operator) &&
      Object.entries(keys).some(([key, values]) => CONFINING_KEYS.has(key.toLowerCase()) && !values.some(isOpen)),
  );

/** A wildcard, or a range of addresses as good as all of them. */
const isOpen = (value: string): boolean => /[*?]|\/0$/.test(value);
