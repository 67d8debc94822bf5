import { z } from 'zod';
import { notImplemented, S3Error } from './errors';
import { DAY_MS, midnightFrom } from './midnight';
import { requestedTarget, versionHeader } from './requested-version';
import { isArchived, restoreStatus } from './restore-status';
import type { Reply, S3Call } from './s3-call';
import { receiveDocument } from './receive-payload';
import { parseDocument, refusedElement } from './xml';

const tier = z.enum(['Bulk', 'Standard', 'Expedited']);
const RestoreRequest = z.strictObject({
  Days: z
    .string()
    .regex(/^[1-9]\d{0,4}$/)
    .optional(),
  GlacierJobParameters: z.strictObject({ Tier: tier }).optional(),
  Tier: refusedElement('Tier outside GlacierJobParameters'),
  Description: refusedElement('Description in RestoreObject'),
  Type: refusedElement('RestoreObject with a select'),
  SelectParameters: refusedElement('RestoreObject with a select'),
  OutputLocation: refusedElement('RestoreObject with an output location'),
});

/**
 * RestoreObject: completes after the sandbox's delay, for every tier. The lifetime of the copy, rounded up to midnight UTC, counts
 * from then. The lifetime of an existing copy is changed at once.
 */
export async function restoreObject(call: S3Call): Promise<Reply> {
  const { Days, GlacierJobParameters } = parseDocument(await receiveDocument(call), 'RestoreRequest', RestoreRequest);
  const object = requestedTarget(call);
  if (!isArchived(object)) {
    throw new S3Error('InvalidObjectState', "Restore is not allowed for the object's current storage class", {
      StorageClass: object.storageClass,
    });
  }
  if (object.storageClass === 'DEEP_ARCHIVE' && GlacierJobParameters?.Tier === 'Expedited') {
    throw new S3Error('InvalidArgument', 'Retrieval option is not supported by this storage class', {
      ArgumentName: 'Tier',
    });
  }
  const nowMs = call.context.clock.now();
  const { state } = restoreStatus(object, nowMs);
  if (Days === undefined) {
    if (state === 'ongoing') throw notImplemented('changing the tier of a restoration');
    throw new S3Error('MalformedXML', 'The XML you provided was not well-formed or did not validate: Days is missing');
  }
  if (state === 'ongoing') throw new S3Error('RestoreAlreadyInProgress', 'Object restore is already in progress');
  const fromMs = state === 'restored' ? nowMs : nowMs + call.restoreDelayMs;
  const untilMs = midnightFrom(fromMs + Number(Days) * DAY_MS);
  const { bucket, key } = call;
  call.store.commit({ type: 'object-restored', bucket, key, versionId: object.versionId, untilMs, fromMs });
  return { status: state === 'restored' ? 200 : 202, headers: versionHeader(call, object) };
}
