import { BlockList, isIP } from 'node:net';
import { matchesArn, matchesPattern } from './patterns';

/** The Condition element of a statement: values by operator and key. */
export type Conditions = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/**
 * Keys that exist, whether a request carries them or not: a positive condition on one that it does not carry is simply
simply In lower case, as the names of keys are compared without case.
 */
const KNOWN_KEYS: ReadonlySet<string> = new Set([
  'aws:currenttime',
  'aws:epochtime',
  'aws:principalaccount',
  'aws:principalarn',
  'aws:requestedregion',
  'aws:securetransport',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourceowner',
  'aws:useragent',
  'aws:username',
  'glacier:archiveageindays',
  'kms:viaservice',
  's3:delimiter',
  's3:if-match',
  's3:if-none-match',
  's3:max-keys',
  's3:object-lock-legal-hold',
  's3:object-lock-mode',
  's3:object-lock-retain-until-date',
  's3:prefix',
  's3:versionid',
  's3:x-amz-acl',
  's3:x-amz-content-sha256',
  's3:x-amz-server-side-encryption',
  's3:x-amz-storage-class',
  'sns:endpoint',
  'sns:protocol',
]);

interface Operator {
  readonly test: (actual: string, wanted: string) => boolean;
  /** Met if no value matches, and also if the request does not carry the key. */
  readonly negated: boolean;
  /** Whether a value of the policy can be compared at all. */
  readonly understands: (wanted: string) => boolean;
}

type Test = Operator['test'];

const anyText = (): boolean => true;

/** An operator and its opposite. */
const pair = (
  positive: string,
  negative: string,
  test: Test,
  understands: Operator['understands'] = anyText,
): readonly (readonly [string, Operator])[] => [
  [positive, { test, negated: false, understands }],
  [negative, { test, negated: true, understands }],
];

/** The six comparisons of a kind of values that are ordered. `read` gives NaN for what is no such value. */
const ordered = (prefix: string, read: (text: string) => number): readonly (readonly [string, Operator])[] => {
  const understands = (wanted: string): boolean => !Number.isNaN(read(wanted));
  const positive = (compare: (actual: number, wanted: number) => boolean): Operator => ({
    test: (actual, wanted) => compare(read(actual), read(wanted)),
    negated: false,
    understands,
  });
  return [
    ...pair(`${prefix}Equals`, `${prefix}NotEquals`, (actual, wanted) => read(actual) === read(wanted), understands),
    [`${prefix}LessThan`, positive((actual, wanted) => actual < wanted)],
    [`${prefix}LessThanEquals`, positive((actual, wanted) => actual <= wanted)],
    [`${prefix}GreaterThan`, positive((actual, wanted) => actual > wanted)],
    [`${prefix}GreaterThanEquals`, positive((actual, wanted) => actual >= wanted)],
  ];
};

const readNumber = (text: string): number => (/^-?\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN);
/** ISO 8601, or seconds since 1970 (IAM guide, date condition operators). */
const readDate = (text: string): number => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const ADDRESS = /^([0-9a-fA-F.:]+?)(?:\/(\d{1,3}))?$/;

function blockOf(range: string): BlockList | null {
  const [, address = '', prefix] = ADDRESS.exec(range) ?? [];
  const version = isIP(address);
  const longest = version === 6 ? 128 : 32;
  if (version === 0 || Number(prefix ?? 0) > longest) return null;
  const block = new BlockList();
  block.addSubnet(address, Number(prefix ?? longest), version === 6 ? 'ipv6' : 'ipv4');
  return block;
}

const inBlock: Test = (actual, wanted) => blockOf(wanted)?.check(actual, isIP(actual) === 6 ? 'ipv6' : 'ipv4') === true;

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...pair('StringEquals', 'StringNotEquals', (actual, wanted) => actual === wanted),
  ...pair(
    'StringEqualsIgnoreCase',
    'StringNotEqualsIgnoreCase',
    (actual, wanted) => actual.toLowerCase() === wanted.toLowerCase(),
  ),
  ...pair('StringLike', 'StringNotLike', matchesPattern),
  ...pair('ArnEquals', 'ArnNotEquals', matchesArn),
  ...pair('ArnLike', 'ArnNotLike', matchesArn),
  ...pair('IpAddress', 'NotIpAddress', inBlock, (wanted) => blockOf(wanted) !== null),
  ...ordered('Numeric', readNumber),
  ...ordered('Date', readDate),
  [
    'Bool',
    {
      test: (actual: string, wanted: string) => actual === wanted.toLowerCase(),
      negated: false,
      understands: (wanted: string) => /^(true|false)$/i.test(wanted),
    },
  ],
]);

const IF_EXISTS = /IfExists$/;

const operatorNamed = (name: string): Operator | undefined => OPERATORS.get(name.replace(IF_EXISTS, ''));

/** The first part of the conditions that cannot be evaluated, as a phrase; null where all can. */
export function notUnderstood(conditions: Conditions): string | null {
  for (const [name, comparisons] of Object.entries(conditions)) {
    const operator = operatorNamed(name);
    if (operator === undefined && name !== 'Null') return `condition operator ${name}`;
    for (const [key, values] of Object.entries(comparisons)) {
      if (!KNOWN_KEYS.has(key.toLowerCase())) return `condition key ${key}`;
      const understands = operator?.understands ?? ((wanted: string) => /^(true|false)$/i.test(wanted));
      const odd = values.find((value) => value.includes('${') || !understands(value));
      if (odd !== undefined) return `value ${odd} of condition ${name} on ${key}`;
    }
  }
  return null;
}

/**
 * Whether every condition is met: one of its values has to fit, or none with a negated operator (IAM guide, "Evaluation
 * logic for multiple context keys or values"). Expects conditions that are understood.
 * @param keys names in lower case
 */
export function areMet(conditions: Conditions, keys: ReadonlyMap<string, string>): boolean {
  return Object.entries(conditions).every(([name, comparisons]) =>
    Object.entries(comparisons).every(([key, values]) => isMet(name, keys.get(key.toLowerCase()), values)),
  );
}

function isMet(name: string, actual: string | undefined, values: readonly string[]): boolean {
  if (name === 'Null') return values.some((value) => (value.toLowerCase() === 'true') === (actual === undefined));
  const operator = operatorNamed(name);
  if (operator === undefined) return false;
  if (actual === undefined) return operator.negated || IF_EXISTS.test(name);
  return values.some((value) => operator.test(actual, value)) !== operator.negated;
}
