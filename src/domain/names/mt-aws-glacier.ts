import { type Decoder, UNREADABLE, withoutOuterQuotes, parseJsonObject } from './decoder';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * mt-aws-glacier: `mt1` or `mt2`, a space, and JSON with the `filename` in base64url without padding. In `mt1` the JSON
 * was encoded as UTF-8 twice. A single word after the marker that is not such JSON is unreadable; several words are plain text.
 */
export const decodeMtAwsGlacier: Decoder = (description) => {
  const [, version, encoded] = /^mt([12]) (\S+)$/.exec(withoutOuterQuotes(description)) ?? [];
  if (encoded === undefined) return null;
  const json = version === '1' ? once(decodeBase64Url(encoded)) : decodeBase64Url(encoded);
  const filename = json === null ? undefined : parseJsonObject(json)?.['filename'];
  return typeof filename === 'string' ? { name: filename, format: 'mt-aws-glacier' } : UNREADABLE;
};

/** Decodes base64url of UTF-8; null if either is invalid. */
function decodeBase64Url(encoded: string): string | null {
  const bytes = Buffer.from(encoded, 'base64url');
  // Node ignores invalid base64url characters: only a round trip detects them.
  return bytes.toString('base64url') === encoded ? decodeUtf8(bytes) : null;
}

/** Undoes the second UTF-8 encoding, which treated each byte of the first as a character. */
function once(twice: string | null): string | null {
  if (twice === null) return null;
  const bytes = Buffer.from(twice, 'latin1');
  return bytes.toString('latin1') === twice ? decodeUtf8(bytes) : null;
}

function decodeUtf8(bytes: Buffer): string | null {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}
