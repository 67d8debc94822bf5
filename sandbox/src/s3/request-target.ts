import { S3Error } from './errors';

const LONGEST_KEY_BYTES = 1024;

/** What the request line and the Host header address. */
export interface RequestTarget {
  readonly bucket: string;
  readonly key: string;
  readonly query: URLSearchParams;
}

/**
 * Splits a raw request target, `/bucket/key?query`, or `/key?query` at the host `bucket.localhost`.
 * No URL parser touches the path: it would resolve the `..` and `//` that keys may hold.
 * @throws S3Error InvalidURI, KeyTooLongError
 */
export function parseTarget(target: string, host: string | undefined): RequestTarget {
  const mark = target.indexOf('?');
  const rawPath = mark === -1 ? target : target.slice(0, mark);
  const query = new URLSearchParams(mark === -1 ? '' : target.slice(mark + 1));
  const hostBucket = /^(.{3,63})\.localhost(?::\d+)?$/.exec(host ?? '')?.[1];
  const address = decode(rawPath).slice(1);
  if (hostBucket !== undefined) return { bucket: hostBucket, key: checkedKey(address), query };
  const slash = address.indexOf('/');
  if (slash === -1) return { bucket: address, key: '', query };
  return { bucket: address.slice(0, slash), key: checkedKey(address.slice(slash + 1)), query };
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    throw new S3Error('InvalidURI', "Couldn't parse the specified URI.", { URI: path });
  }
}

function checkedKey(key: string): string {
  const sizeBytes = Buffer.byteLength(key);
  if (sizeBytes > LONGEST_KEY_BYTES) {
    throw new S3Error('KeyTooLongError', 'Your key is too long', {
      Size: sizeBytes,
      MaxSizeAllowed: LONGEST_KEY_BYTES,
    });
  }
  return key;
}
