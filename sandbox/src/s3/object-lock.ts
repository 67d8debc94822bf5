import type { OutgoingHttpHeaders } from 'node:http';
import { ObjectLockConfiguration } from './bucket-settings';
import { S3Error } from './errors';
import type { ObjectSettings, Retention, StoredObject } from './model';
import type { DeclaredPayload } from './payload';
import { header, isoTime, xmlReply, type Reply, type S3Call } from './s3-call';
import type { Bucket } from './state';
import { receiveDocument } from './receive-payload';
import { parseDocument, s3Document } from './xml';

/** PutObjectLockConfiguration: also turns Object Lock on for a bucket that has versioning; nothing can turn it off. */
export async function putObjectLockConfiguration(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  const bucket = call.store.bucket(call.bucket);
  const objectLock = parseDocument(document, 'ObjectLockConfiguration', ObjectLockConfiguration);
  if (bucket.settings.versioning !== 'Enabled') {
    throw new S3Error(
      'InvalidBucketState',
      "Versioning must be 'Enabled' on the bucket to apply a Object Lock configuration",
    );
  }
  call.store.commit({ type: 'bucket-changed', bucket: bucket.name, changes: { objectLock } });
  return { status: 200 };
}

/** GetObjectLockConfiguration. */
export function getObjectLockConfiguration(call: S3Call): Reply {
  const { objectLock } = call.store.bucket(call.bucket).settings;
  if (objectLock !== null) return xmlReply(s3Document('ObjectLockConfiguration', objectLock));
  throw new S3Error(
    'ObjectLockConfigurationNotFoundError',
    'Object Lock configuration does not exist for this bucket',
    { BucketName: call.bucket },
  );
}

/** @throws S3Error InvalidRequest in a bucket without Object Lock */
function assertLockEnabled({ settings }: Bucket): void {
  if (settings.objectLock !== null) return;
  throw new S3Error('InvalidRequest', 'Bucket is missing Object Lock Configuration');
}

const MODE = 'x-amz-object-lock-mode';
const UNTIL = 'x-amz-object-lock-retain-until-date';
const HOLD = 'x-amz-object-lock-legal-hold';
const BYPASS = 'x-amz-bypass-governance-retention';

type Locks = Pick<ObjectSettings, 'retention' | 'legalHold'>;

/**
 * Retention and legal hold of a new version: from the headers of the request or by the bucket's default.
 * @throws S3Error InvalidRequest, InvalidArgument
 */
export function requestedLocks(call: S3Call): Locks {
  const bucket = call.store.bucket(call.bucket);
  const asked = [MODE, UNTIL, HOLD].some((name) => header(call, name) !== undefined);
  if (asked) assertLockEnabled(bucket);
  const nowMs = call.context.clock.now();
  return {
    retention: headerRetention(call, nowMs) ?? defaultRetention(bucket.settings.objectLock, nowMs),
    legalHold: headerHold(header(call, HOLD)),
  };
}

function headerRetention(call: S3Call, nowMs: number): Retention | undefined {
  const mode = header(call, MODE);
  const until = header(call, UNTIL);
  if (mode === undefined && until === undefined) return undefined;
  if (mode === undefined || until === undefined) {
    throw new S3Error('InvalidArgument', `${UNTIL} and ${MODE} must both be supplied`, {
      ArgumentName: mode === undefined ? MODE : UNTIL,
    });
  }
  if (mode !== 'GOVERNANCE' && mode !== 'COMPLIANCE') {
    throw new S3Error('InvalidArgument', 'Unknown wormMode directive.', { ArgumentName: MODE, ArgumentValue: mode });
  }
  return { mode, untilMs: futureTime(UNTIL, until, nowMs) };
}

/** @throws S3Error InvalidArgument for an unreadable or past time */
function futureTime(name: string, value: string, nowMs: number): number {
  const timeMs = Date.parse(value);
  if (timeMs > nowMs) return timeMs;
  const problem = Number.isNaN(timeMs)
    ? 'The retain until date must be provided in ISO 8601 format'
    : 'The retain until date must be in the future!';
  throw new S3Error('InvalidArgument', problem, { ArgumentName: name, ArgumentValue: value });
}

function defaultRetention(configuration: ObjectLockConfiguration | null, nowMs: number): Retention | undefined {
  const rule = configuration?.Rule?.[0]?.DefaultRetention;
  if (rule === undefined) return undefined;
  const until = new Date(nowMs);
  until.setUTCDate(until.getUTCDate() + Number(rule.Days ?? 0));
  until.setUTCFullYear(until.getUTCFullYear() + Number(rule.Years ?? 0));
  return { mode: rule.Mode, untilMs: until.getTime() };
}

function headerHold(value: string | undefined): Locks['legalHold'] {
  if (value === undefined || value === 'ON' || value === 'OFF') return value;
  throw new S3Error('InvalidArgument', 'Legal Hold must be either of ON or OFF', {
    ArgumentName: HOLD,
    ArgumentValue: value,
  });
}

/** @throws S3Error InvalidRequest for a locked object without Content-MD5 or checksum */
export function assertChecked({ retention, legalHold }: Locks, { md5, checksum }: DeclaredPayload): void {
  if ((retention === undefined && legalHold === undefined) || md5 !== null || checksum !== null) return;
  throw new S3Error(
    'InvalidRequest',
    'Content-MD5 OR x-amz-checksum- HTTP header is required for Put Object requests with Object Lock parameters',
  );
}

/** Headers that show an object's retention and legal hold. */
export const lockHeaders = ({ retention, legalHold }: StoredObject): OutgoingHttpHeaders => ({
  ...(retention === undefined ? {} : { [MODE]: retention.mode, [UNTIL]: isoTime(retention.untilMs) }),
  ...(legalHold === undefined ? {} : { [HOLD]: legalHold }),
});

/**
 * Whether the request may override GOVERNANCE retention.
 * @throws S3Error InvalidArgument in a bucket without Object Lock
 */
export function bypassesGovernance(call: S3Call, { settings }: Bucket): boolean {
  const value = header(call, BYPASS);
  if (value === undefined) return false;
  if (settings.objectLock === null) {
    throw new S3Error('InvalidArgument', `${BYPASS} is only applicable to Object Lock enabled buckets.`, {
      ArgumentName: BYPASS,
    });
  }
  return value.toLowerCase() === 'true';
}

/** @throws S3Error AccessDenied while a legal hold or a retention protects the version */
export function assertDeletable({ retention, legalHold }: StoredObject, nowMs: number, bypass: boolean): void {
  const retained = retention !== undefined && retention.untilMs > nowMs;
  if (legalHold === 'ON' || (retained && !(bypass && retention.mode === 'GOVERNANCE'))) {
    throw new S3Error('AccessDenied', 'Access Denied because object protected by object lock.');
  }
}
