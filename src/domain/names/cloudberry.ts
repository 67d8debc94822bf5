import { decode } from 'iconv-lite';
import { type Decoder, withoutOuterQuotes, parseJsonObject, usableText } from './decoder';

/** UTF-7 (RFC 2152): ASCII, `+-` for a plus, and whole UTF-16 units in base64 after any other plus. */
const UTF7 =
  /^(?:[^+\u0080-\uffff]|\+-|\+(?:[A-Za-z0-9+/]{8})*(?:[A-Za-z0-9+/]{8}|[A-Za-z0-9+/]{5}[AQgw]|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048])(?![A-Za-z0-9+/]))*$/;

/**
 * CloudBerry, today MSP360: a JSON object with the file's `Path` in UTF-7. Other fields (`UTCDateModified`, `Flags` for
 * compressed or encrypted bytes) do not affect the name. A `Path` that is not valid UTF-7 is used unchanged.
 */
export const decodeCloudBerry: Decoder = (description) => {
  const path = usableText(parseJsonObject(withoutOuterQuotes(description))?.['Path']);
  if (path === null) return null;
  const text = path.includes('+') && UTF7.test(path) ? decode(Buffer.from(path, 'latin1'), 'utf7') : path;
  // A Windows tool: backslashes separate folders.
  return { name: text.replaceAll('\\', '/'), format: 'cloudberry' };
};
