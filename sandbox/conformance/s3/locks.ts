import { REGION } from '../support/region';
import { pick, type Room, type S3Cases } from './case';

const DAY_MS = 24 * 60 * 60 * 1000;
const tomorrow = (): Date => new Date(Math.floor(Date.now() / 1000) * 1000 + DAY_MS);

/** A new bucket with Object Lock. */
async function lockedBucket({ s3, Bucket }: Room): Promise<{ Bucket: string; Key: string }> {
  const name = `${Bucket}-locked`;
  const CreateBucketConfiguration = { LocationConstraint: REGION } as const;
  await s3.createBucket({ Bucket: name, CreateBucketConfiguration, ObjectLockEnabledForBucket: true });
  return { Bucket: name, Key: 'key' };
}

export const locks: S3Cases = [
  {
    operation: 'GetObjectLockConfiguration',
    name: 'of a bucket without',
    run: ({ s3, Bucket }) => s3.getObjectLockConfiguration({ Bucket }),
    outcome: '404 ObjectLockConfigurationNotFoundError',
  },
  {
    operation: 'CreateBucket',
    name: 'with Object Lock has versioning',
    run: async (room) => {
      const { Bucket } = await lockedBucket(room);
      const { ObjectLockConfiguration } = await room.s3.getObjectLockConfiguration({ Bucket });
      return [ObjectLockConfiguration?.ObjectLockEnabled, (await room.s3.getBucketVersioning({ Bucket })).Status];
    },
    outcome: ['Enabled', 'Enabled'],
  },
  {
    operation: 'PutObject',
    name: 'rejects a retention in a bucket without Object Lock',
    run: ({ s3, at }) =>
      s3.putObject({ ...at, Body: 'x', ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: tomorrow() }),
    outcome: '400 InvalidRequest',
  },
  {
    operation: 'PutObject',
    name: 'keeps a retention and a legal hold',
    run: async (room) => {
      const at = await lockedBucket(room);
      const until = tomorrow();
      await room.s3.putObject({
        ...at,
        Body: 'x',
        ObjectLockMode: 'COMPLIANCE',
        ObjectLockRetainUntilDate: until,
        ObjectLockLegalHoldStatus: 'ON',
      });
      const { ObjectLockMode, ObjectLockLegalHoldStatus, ObjectLockRetainUntilDate } = await room.s3.headObject(at);
      return {
        ObjectLockMode,
        ObjectLockLegalHoldStatus,
        until: ObjectLockRetainUntilDate?.getTime() === until.getTime(),
      };
    },
    outcome: { ObjectLockMode: 'COMPLIANCE', ObjectLockLegalHoldStatus: 'ON', until: true },
  },
  {
    operation: 'PutObject',
    name: 'rejects a mode without its date',
    run: async (room) => room.s3.putObject({ ...(await lockedBucket(room)), Body: 'x', ObjectLockMode: 'GOVERNANCE' }),
    outcome: '400 InvalidArgument',
  },
  {
    operation: 'PutObject',
    name: 'rejects a date in the past',
    run: async (room) =>
      room.s3.putObject({
        ...(await lockedBucket(room)),
        Body: 'x',
        ObjectLockMode: 'GOVERNANCE',
        ObjectLockRetainUntilDate: new Date('2001-02-03T04:05:06Z'),
      }),
    outcome: '400 InvalidArgument',
  },
  {
    operation: 'DeleteObject',
    name: 'rejects the deletion of a version under COMPLIANCE',
    run: async (room) => {
      const at = await lockedBucket(room);
      const lock = { ObjectLockMode: 'COMPLIANCE', ObjectLockRetainUntilDate: tomorrow() } as const;
      const { VersionId } = await room.s3.putObject({ ...at, Body: 'x', ...lock });
      return room.s3.deleteObject({ ...at, VersionId, BypassGovernanceRetention: true });
    },
    outcome: '403 AccessDenied',
  },
  {
    operation: 'DeleteObject',
    name: 'removes a version under GOVERNANCE for one who may bypass it',
    run: async (room) => {
      const at = await lockedBucket(room);
      const lock = { ObjectLockMode: 'GOVERNANCE', ObjectLockRetainUntilDate: tomorrow() } as const;
      const { VersionId } = await room.s3.putObject({ ...at, Body: 'x', ...lock });
      return room.s3.deleteObject({ ...at, VersionId, BypassGovernanceRetention: true });
    },
    outcome: 204,
    differs: {
      versitygw: '403 AccessDenied',
      documented: 'User Guide, "Bypassing governance mode": with s3:BypassGovernanceRetention, which the account has',
    },
  },
  {
    operation: 'DeleteObject',
    name: 'puts a delete marker over a locked version',
    run: async (room) => {
      const at = await lockedBucket(room);
      await room.s3.putObject({ ...at, Body: 'x', ObjectLockLegalHoldStatus: 'ON' });
      return pick(room.s3.deleteObject(at), 'DeleteMarker');
    },
    outcome: { DeleteMarker: true },
  },
];
