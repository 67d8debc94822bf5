import type { IncomingHttpHeaders } from 'node:http';
import { refuseUnknownAlgorithm } from './encryption';
import { notImplemented } from './errors';

/** Every x-amz- header that is implemented or has no effect. All others are rejected: they would be ignored silently. */
const KNOWN_HEADERS = new Set([
  'x-amz-acl',
  'x-amz-bucket-object-lock-enabled',
  'x-amz-bypass-governance-retention',
  'x-amz-checksum-algorithm',
  'x-amz-checksum-mode',
  'x-amz-checksum-type',
  'x-amz-content-sha256',
  'x-amz-date',
  'x-amz-decoded-content-length',
  'x-amz-expected-bucket-owner',
  'x-amz-mp-object-size',
  'x-amz-object-lock-legal-hold',
  'x-amz-object-lock-mode',
  'x-amz-object-lock-retain-until-date',
  'x-amz-object-ownership',
  'x-amz-sdk-checksum-algorithm',
  'x-amz-security-token',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
  'x-amz-storage-class',
  'x-amz-tagging',
  'x-amz-trailer',
  'x-amz-user-agent',
]);
// Unknown checksums among these are rejected when payloads are read.
const KNOWN_PREFIXES = ['x-amz-meta-', 'x-amz-checksum-'];

/** Headers with only some implemented values. */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  'x-amz-acl': ['private', 'bucket-owner-full-control'],
  'x-amz-server-side-encryption': ['AES256', 'aws:kms'],
};

/**
 * @throws S3Error NotImplemented naming the first header that the sandbox does not implement, and InvalidArgument
 * for a kind of encryption that S3 does not have
 */
export function refuseUnknownHeaders(headers: IncomingHttpHeaders): void {
  refuseUnknownAlgorithm(headers);
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith('x-amz-')) continue;
    const known = KNOWN_HEADERS.has(name) || KNOWN_PREFIXES.some((prefix) => name.startsWith(prefix));
    if (!known) throw notImplemented(`the header ${name}`);
    const values = KNOWN_VALUES[name];
    if (values !== undefined && !values.includes(String(value))) throw notImplemented(`${name}: ${String(value)}`);
  }
}

/** Query parameters that shape an operation. */
const KNOWN_PARAMETERS = new Set([
  'bucket-region',
  'continuation-token',
  'delimiter',
  'encoding-type',
  'key-marker',
  'max-buckets',
  'max-keys',
  'max-parts',
  'max-uploads',
  'part-number-marker',
  'partNumber',
  'prefix',
  'start-after',
  'upload-id-marker',
  'version-id-marker',
  'versionId',
  'x-id',
]);

/** Whether a query parameter that selects no operation is implemented. */
export const isKnownParameter = (name: string): boolean => KNOWN_PARAMETERS.has(name);
