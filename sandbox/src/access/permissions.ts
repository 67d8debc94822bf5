import type { ServiceName } from '../service';
import { GLACIER_PERMISSIONS } from './glacier-permissions';
import { SNS_PERMISSIONS, SQS_PERMISSIONS } from './messaging-permissions';
import type { CallFacts, Permission, PermissionTable } from './permission';
import { S3_PERMISSIONS } from './s3-permissions';

export const PERMISSIONS: Readonly<Record<ServiceName, PermissionTable>> = {
  glacier: GLACIER_PERMISSIONS,
  s3: S3_PERMISSIONS,
  sns: SNS_PERMISSIONS,
  sqs: SQS_PERMISSIONS,
};

/** The permissions that an operation requires; null for an operation that the sandbox does not implement. */
export const permissionsFor = (
  service: ServiceName,
  operation: string,
  facts: CallFacts,
): readonly Permission[] | null => PERMISSIONS[service].get(operation)?.(facts) ?? null;
