import { XMLBuilder } from 'fast-xml-parser';
import type { ApiError } from './api-error';

/** Parameters of a Query request: `Attribute.1.Name=x` is `{ Attribute: { 1: { Name: 'x' } } }`. */
export interface QueryTree {
  readonly [name: string]: string | QueryTree;
}

interface GrowingTree {
  [name: string]: string | GrowingTree;
}

const emptyTree = (): GrowingTree => Object.create(null) as GrowingTree;

/** Reads a form body of the AWS Query protocol. */
export function readQuery(body: string): QueryTree {
  const root = emptyTree();
  for (const [name, value] of new URLSearchParams(body)) {
    const path = name.split('.');
    const leaf = path.pop() ?? '';
    let node = root;
    for (const step of path) {
      const child = node[step];
      node = typeof child === 'object' ? child : (node[step] = emptyTree());
    }
    node[leaf] = value;
  }
  return root;
}

/** The values of a numbered list, in the order of their numbers; nothing for a parameter that was not sent. */
function listOf(tree: QueryTree | string | undefined): readonly (QueryTree | string)[] {
  if (tree === undefined || typeof tree === 'string') return [];
  return Object.entries(tree)
    .sort(([left], [right]) => Number(left) - Number(right))
    .map(([, value]) => value);
}

/** A map sent as numbered pairs; undefined for one that was not sent. */
export function mapOf(
  tree: QueryTree | string | undefined,
  keyName: string,
  valueName: string,
): Readonly<Record<string, string>> | undefined {
  if (tree === undefined) return undefined;
  return Object.fromEntries(listOf(tree).map((pair) => [textOf(pair, keyName), textOf(pair, valueName)]));
}

function textOf(pair: QueryTree | string, name: string): string {
  const value = typeof pair === 'string' ? undefined : pair[name];
  return typeof value === 'string' ? value : '';
}

/** What an XML reply holds: text, elements by name, or a repeated element. */
export type XmlContent = string | readonly XmlContent[] | { readonly [element: string]: XmlContent };

const builder = new XMLBuilder({ ignoreAttributes: false, attributeNamePrefix: '@', processEntities: false });

/** A carriage return is written as a reference, because XML readers turn a plain one into a line feed. */
const escapeText = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#xD;');

function escaped(content: XmlContent): XmlContent {
  if (typeof content === 'string') return escapeText(content);
  if (isList(content)) return content.map(escaped);
  return Object.fromEntries(Object.entries(content).map(([element, value]) => [element, escaped(value)]));
}

const isList = (content: XmlContent): content is readonly XmlContent[] => Array.isArray(content);

/** The reply to a successful Query request. */
export function renderResult(xmlns: string, action: string, result: XmlContent | null, requestId: string): string {
  return builder.build({
    [`${action}Response`]: {
      '@xmlns': xmlns,
      ...(result === null ? {} : { [`${action}Result`]: escaped(result) }),
      ResponseMetadata: { RequestId: requestId },
    },
  });
}

/** The reply to a rejected Query request. */
export function renderError(xmlns: string, error: ApiError, requestId: string): string {
  return builder.build({
    ErrorResponse: {
      '@xmlns': xmlns,
      Error: {
        Type: error.status < 500 ? 'Sender' : 'Receiver',
        Code: error.queryCode,
        Message: escapeText(error.message),
      },
      RequestId: requestId,
    },
  });
}
