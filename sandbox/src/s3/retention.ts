import { z } from 'zod';
import { S3Error } from './errors';
import { bypassesGovernance, futureTime, locked } from './locks';
import type { Retention, StoredObject } from './model';
import { assertLockEnabled } from './object-lock';
import { requestedTarget } from './requested-version';
import { isoTime, xmlReply, type Reply, type S3Call } from './s3-call';
import { receiveDocument } from './store-payload';
import { parseDocument, s3Document } from './xml';

const RetentionDocument = z
  .strictObject({ Mode: z.enum(['GOVERNANCE', 'COMPLIANCE']).optional(), RetainUntilDate: z.string().optional() })
  .refine(({ Mode, RetainUntilDate }) => (Mode === undefined) === (RetainUntilDate === undefined), 'both or none');

const LegalHold = z.strictObject({ Status: z.enum(['ON', 'OFF']) });

/** PutObjectRetention. An empty document takes the retention away. */
export async function putObjectRetention(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  const object = lockableObject(call);
  const { Mode, RetainUntilDate } = parseDocument(document, 'Retention', RetentionDocument);
  const nowMs = call.context.clock.now();
  const retention =
    Mode === undefined || RetainUntilDate === undefined
      ? null
      : { mode: Mode, untilMs: futureTime('RetainUntilDate', RetainUntilDate, nowMs) };
  const bypass = bypassesGovernance(call, call.store.bucket(call.bucket));
  if (!mayReplace(object.retention, retention, nowMs, bypass)) throw locked();
  const { bucket, key } = call;
  call.store.commit({ type: 'object-retained', bucket, key, versionId: object.versionId, retention });
  return { status: 200 };
}

/** A retention in force may be lengthened; GOVERNANCE may be shortened or taken away by who may bypass it. */
function mayReplace(old: Retention | undefined, next: Retention | null, nowMs: number, bypass: boolean): boolean {
  if (old === undefined || old.untilMs <= nowMs) return true;
  const longer = next !== null && next.untilMs >= old.untilMs;
  return old.mode === 'GOVERNANCE' ? longer || bypass : longer && next.mode === 'COMPLIANCE';
}

/** GetObjectRetention. */
export function getObjectRetention(call: S3Call): Reply {
  const { retention } = lockableObject(call);
  if (retention === undefined) throw neverSet();
  return xmlReply(s3Document('Retention', { Mode: retention.mode, RetainUntilDate: isoTime(retention.untilMs) }));
}

/** PutObjectLegalHold. */
export async function putObjectLegalHold(call: S3Call): Promise<Reply> {
  const document = await receiveDocument(call);
  const { versionId } = lockableObject(call);
  const { Status } = parseDocument(document, 'LegalHold', LegalHold);
  const { bucket, key } = call;
  call.store.commit({ type: 'object-held', bucket, key, versionId, legalHold: Status });
  return { status: 200 };
}

/** GetObjectLegalHold. */
export function getObjectLegalHold(call: S3Call): Reply {
  const { legalHold } = lockableObject(call);
  if (legalHold === undefined) throw neverSet();
  return xmlReply(s3Document('LegalHold', { Status: legalHold }));
}

function lockableObject(call: S3Call): StoredObject {
  assertLockEnabled(call.store.bucket(call.bucket));
  return requestedTarget(call);
}

const neverSet = (): S3Error =>
  new S3Error('NoSuchObjectLockConfiguration', 'The specified object does not have a ObjectLock configuration');
