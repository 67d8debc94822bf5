import { XMLBuilder, XMLParser } from 'fast-xml-parser';
import { z } from 'zod';
import { notImplemented, S3Error } from './errors';

const NAMESPACE = 'http://s3.amazonaws.com/doc/2006-03-01/';

/** A reply's content: null and undefined are left out, arrays repeat their element. */
type XmlValue = string | number | boolean | null | undefined | XmlNode | readonly XmlNode[] | readonly string[];
export interface XmlNode {
  readonly [element: string]: XmlValue;
}

// XML 1.0 cannot hold most control characters, not even as references; S3 writes these references all the same.
const NEEDS_ESCAPE = /[&<>"]|(?![\t\n])\p{Cc}/gu;
const NAMED: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const escape = (text: string): string =>
  text.replace(NEEDS_ESCAPE, (char) => NAMED[char] ?? `&#x${char.charCodeAt(0).toString(16).toUpperCase()};`);

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  processEntities: false,
  tagValueProcessor: (_name, value) => (typeof value === 'string' ? escape(value) : value),
});

function document(root: string, attributes: Readonly<Record<string, string>>, content: XmlNode): string {
  const declaration = { '@version': '1.0', '@encoding': 'UTF-8' };
  const present = Object.fromEntries(Object.entries(content).filter(([, value]) => value !== null));
  return builder.build({ '?xml': declaration, [root]: { ...attributes, ...present } });
}

/** A reply document in the namespace of S3. */
export const s3Document = (root: string, content: XmlNode): string => document(root, { '@xmlns': NAMESPACE }, content);

/** An `<Error>` document, which has no namespace. */
export const errorDocument = (content: XmlNode): string => document('Error', {}, content);

const REFERENCE = /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi;
const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(REFERENCE, (reference, hex?: string, decimal?: string, name?: string) => {
    if (name !== undefined) return CHARACTERS[name.toLowerCase()] ?? reference;
    const codePoint = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return codePoint <= 0x10ffff ? String.fromCodePoint(codePoint) : reference;
  });
}

const REPEATED = new Set(['Part', 'Object', 'Rule', 'Tag']);

const parser = new XMLParser({
  processEntities: false,
  parseTagValue: false,
  trimValues: false,
  ignoreDeclaration: true,
  removeNSPrefix: true,
  isArray: (name) => REPEATED.has(name),
  tagValueProcessor: (_name, value, _path, _hasAttributes, isLeaf) => (isLeaf ? unescape(value) : ''),
});

/**
 * Reads a request document. Only the five entities of XML and character references are decoded; a DOCTYPE is rejected.
 * @throws S3Error MalformedXML for any other document
 */
export function parseDocument<T>(text: string, root: string, schema: z.ZodType<T>): T {
  if (/<!doctype/i.test(text)) throw malformed('a DOCTYPE is not allowed');
  let parsed: unknown;
  try {
    parsed = parser.parse(text, true);
  } catch (error) {
    throw malformed(String(error));
  }
  const content = typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  const element = content.find(([name]) => name === root)?.[1] as unknown;
  const result = schema.safeParse(element === '' ? {} : element);
  if (!result.success) throw malformed(result.error.issues.map((issue) => issue.message).join('; '));
  return result.data;
}

/** An element that S3 has and the sandbox does not implement: rejected by name. */
export const refusedElement = (what: string) =>
  z
    .unknown()
    .transform((): never => {
      throw notImplemented(what);
    })
    .optional();

const malformed = (why: string): S3Error =>
  new S3Error('MalformedXML', `The XML you provided was not well-formed or did not validate: ${why}`);
