import { createHash } from 'node:crypto';
import { z } from 'zod';

/** As the JSON protocol of SQS writes it; lists of values are reserved and taken by no service. */
export const messageAttribute = z.strictObject({
  DataType: z.string(),
  StringValue: z.string().optional(),
  /** Base64. */
  BinaryValue: z.base64().optional(),
});

export type MessageAttribute = z.output<typeof messageAttribute>;
export type MessageAttributes = Readonly<Record<string, MessageAttribute>>;

const MAX_NAME_CHARACTERS = 256;
const DATA_TYPE = /^(String|Number|Binary)(\..+)?$/s;
const isBinary = ({ DataType: type }: MessageAttribute): boolean => type.startsWith('Binary');

/**
 * What is wrong with a message's attributes by the rules that SQS and SNS share; null when nothing is (SQS developer
 * guide, message metadata; SNS developer guide, message attributes).
 */
export function complaintAbout(attributes: MessageAttributes): string | null {
  for (const [name, attribute] of Object.entries(attributes)) {
    const complaint = complaintAboutName(name) ?? complaintAboutValue(name, attribute);
    if (complaint !== null) return complaint;
  }
  return null;
}

function complaintAboutName(name: string): string | null {
  if (name.length > MAX_NAME_CHARACTERS) return 'Length of message attribute name must be less than 256 bytes.';
  if (!/^[\p{L}\p{N}_.-]+$/u.test(name)) {
    return `Invalid non-alphanumeric character was found in the message attribute name '${name}'. Can only include alphanumeric characters, hyphens, underscores, or dots.`;
  }
  if (/^\.|\.$|\.\./.test(name)) {
    return `Message attribute name '${name}' can not start or end with '.' or have successive '.' characters.`;
  }
  return /^(aws|amazon)\./i.test(name) ? `Message attribute name '${name}' starts with a reserved prefix.` : null;
}

function complaintAboutValue(name: string, attribute: MessageAttribute): string | null {
  const { DataType: type, StringValue: text, BinaryValue: binary } = attribute;
  const kind = DATA_TYPE.exec(type)?.[1];
  if (kind === undefined || type.length > MAX_NAME_CHARACTERS) {
    return `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`;
  }
  const [value, other, field] = isBinary(attribute) ? [binary, text, 'Binary'] : [text, binary, 'String'];
  if (other !== undefined) return `The message attribute '${name}' with type '${type}' must use field '${field}'.`;
  if (value === undefined || value === '') {
    return `The message attribute '${name}' must contain non-empty message attribute value for message attribute type '${type}'.`;
  }
  return kind === 'Number' && !Number.isFinite(Number(value))
    ? `Could not cast message attribute '${name}' value to number.`
    : null;
}

const bytesOf = (attribute: MessageAttribute): Buffer =>
  isBinary(attribute) ? Buffer.from(attribute.BinaryValue ?? '', 'base64') : Buffer.from(attribute.StringValue ?? '');

/** What the attributes add to the size of their message: names, types and values. */
export const attributesSizeBytes = (attributes: MessageAttributes): number =>
  Object.entries(attributes).reduce(
    (sum, [name, attribute]) =>
      sum + Buffer.byteLength(name) + Buffer.byteLength(attribute.DataType) + bytesOf(attribute).length,
    0,
  );

const lengthPrefixed = (bytes: Buffer): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** MD5OfMessageAttributes, hex (SQS developer guide, calculating the MD5 message digest for message attributes). */
export function md5OfAttributes(attributes: MessageAttributes): string {
  const hash = createHash('md5');
  const byName = Object.entries(attributes).sort(([left], [right]) => (left < right ? -1 : 1));
  for (const [name, attribute] of byName) {
    hash.update(lengthPrefixed(Buffer.from(name)));
    hash.update(lengthPrefixed(Buffer.from(attribute.DataType)));
    hash.update(Buffer.of(isBinary(attribute) ? 2 : 1));
    hash.update(lengthPrefixed(bytesOf(attribute)));
  }
  return hash.digest('hex');
}

/** The attributes that a receiver asked for: by name, by `prefix.*`, or all. */
export function selectAttributes(attributes: MessageAttributes, wanted: readonly string[]): MessageAttributes {
  const isWanted = (name: string): boolean =>
    wanted.some(
      (pattern) =>
        pattern === name ||
        ['All', '*', '.*'].includes(pattern) ||
        (pattern.endsWith('.*') && name.startsWith(pattern.slice(0, -2))),
    );
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => isWanted(name)));
}
