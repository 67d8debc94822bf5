import { XMLParser } from 'fast-xml-parser';
import { type Decoder, UNREADABLE, withoutOuterQuotes } from './decoder';

/** Root and path element of the format's versions: `<m><p>` in v2 to v4, `<ArchiveMetadata><Path>` in v1. */
const VERSIONS = [
  { holds: /<m>.*<\/m>/, root: 'm', path: 'p' },
  { holds: /<ArchiveMetadata>.*<\/ArchiveMetadata>/, root: 'ArchiveMetadata', path: 'Path' },
] as const;

const parser = new XMLParser({ processEntities: false, ignoreAttributes: true, parseTagValue: false });

/**
 * FastGlacier, and the Synology converters that imitate it: XML whose path is base64 of UTF-8.
 * A description that holds the root element but cannot be parsed as a whole is unreadable, not plain text.
 */
export const decodeFastGlacier: Decoder = (description) => {
  const version = VERSIONS.find(({ holds }) => holds.test(description));
  if (version === undefined) return null;
  const encoded = childText(withoutOuterQuotes(description), version.root, version.path);
  if (encoded === null || !/^[A-Za-z0-9+/_-]*={0,2}$/.test(encoded)) return UNREADABLE;
  // FastGlacier runs on Windows only, where a backslash is never part of a file's name.
  return { name: decodeBase64(encoded).replaceAll('\\', '/'), format: 'fastglacier' };
};

function childText(xml: string, root: string, child: string): string | null {
  try {
    const document: Readonly<Record<string, unknown>> = parser.parse(xml, true);
    const element = document[root];
    const text: unknown = typeof element === 'object' && element !== null ? Reflect.get(element, child) : undefined;
    return typeof text === 'string' ? text.replaceAll(/\s/g, '') : null;
  } catch {
    return null;
  }
}

/** Bytes that are no UTF-8 are dropped, as AWS does: what is left of a path is a better name than none. */
const decodeBase64 = (encoded: string): string =>
  Buffer.from(encoded, 'base64').toString('utf8').replaceAll('\ufffd', '');
