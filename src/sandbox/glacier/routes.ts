import { deleteArchive, uploadArchive } from './archives';
import { notImplemented } from './errors';
import type { Handler, PathParameters } from './http';
import { describeOneJob, initiateJob, listJobs } from './jobs';
import {
  abortMultipartUpload,
  completeMultipartUpload,
  initiateMultipartUpload,
  listMultipartUploads,
  listParts,
  uploadMultipartPart,
} from './multipart';
import { deleteVaultNotifications, getVaultNotifications, setVaultNotifications } from './notifications';
import { getJobOutput } from './output';
import { createVault, deleteVault, describeVault, listVaults } from './vaults';

interface Route {
  readonly method: string;
  /** Behind the account id; `:name` is a variable part. */
  readonly path: string;
  readonly operation: string;
  readonly handler: Handler;
}

const route = (method: string, path: string, operation: string, handler: Handler): Route => ({
  method,
  path,
  operation,
  handler,
});

const refused = (method: string, path: string, operation: string): Route =>
  route(method, path, operation, () => {
    throw notImplemented(operation);
  });

const VAULT = 'vaults/:vault';
const UPLOADS = `${VAULT}/multipart-uploads`;
const UPLOAD = `${UPLOADS}/:upload`;
const JOBS = `${VAULT}/jobs`;
const NOTIFICATIONS = `${VAULT}/notification-configuration`;

export const ROUTES: readonly Route[] = [
  route('GET', 'vaults', 'ListVaults', listVaults),
  route('PUT', VAULT, 'CreateVault', createVault),
  route('GET', VAULT, 'DescribeVault', describeVault),
  route('DELETE', VAULT, 'DeleteVault', deleteVault),
  route('POST', `${VAULT}/archives`, 'UploadArchive', uploadArchive),
  route('DELETE', `${VAULT}/archives/:archive`, 'DeleteArchive', deleteArchive),
  route('POST', UPLOADS, 'InitiateMultipartUpload', initiateMultipartUpload),
  route('GET', UPLOADS, 'ListMultipartUploads', listMultipartUploads),
  route('PUT', UPLOAD, 'UploadMultipartPart', uploadMultipartPart),
  route('POST', UPLOAD, 'CompleteMultipartUpload', completeMultipartUpload),
  route('DELETE', UPLOAD, 'AbortMultipartUpload', abortMultipartUpload),
  route('GET', UPLOAD, 'ListParts', listParts),
  route('POST', JOBS, 'InitiateJob', initiateJob),
  route('GET', JOBS, 'ListJobs', listJobs),
  route('GET', `${JOBS}/:job`, 'DescribeJob', describeOneJob),
  route('GET', `${JOBS}/:job/output`, 'GetJobOutput', getJobOutput),
  route('GET', NOTIFICATIONS, 'GetVaultNotifications', getVaultNotifications),
  route('PUT', NOTIFICATIONS, 'SetVaultNotifications', setVaultNotifications),
  route('DELETE', NOTIFICATIONS, 'DeleteVaultNotifications', deleteVaultNotifications),
  refused('GET', `${VAULT}/access-policy`, 'GetVaultAccessPolicy'),
  refused('PUT', `${VAULT}/access-policy`, 'SetVaultAccessPolicy'),
  refused('DELETE', `${VAULT}/access-policy`, 'DeleteVaultAccessPolicy'),
  refused('GET', `${VAULT}/lock-policy`, 'GetVaultLock'),
  refused('POST', `${VAULT}/lock-policy`, 'InitiateVaultLock'),
  refused('DELETE', `${VAULT}/lock-policy`, 'AbortVaultLock'),
  refused('POST', `${VAULT}/lock-policy/:lock`, 'CompleteVaultLock'),
  refused('GET', `${VAULT}/tags`, 'ListTagsForVault'),
  refused('POST', `${VAULT}/tags`, 'AddTagsToVault or RemoveTagsFromVault'),
  refused('GET', 'policies/data-retrieval', 'GetDataRetrievalPolicy'),
  refused('PUT', 'policies/data-retrieval', 'SetDataRetrievalPolicy'),
  refused('GET', 'provisioned-capacity', 'ListProvisionedCapacity'),
  refused('POST', 'provisioned-capacity', 'PurchaseProvisionedCapacity'),
];

export interface FoundRoute {
  readonly route: Route;
  /** The variable parts that the path has. */
  readonly parameters: Partial<PathParameters>;
}

/** @param segments of the path behind the account id, decoded */
export function findRoute(method: string, segments: readonly string[]): FoundRoute | null {
  for (const route of ROUTES) {
    const parameters = route.method === method ? matchPath(route.path, segments) : null;
    if (parameters !== null) return { route, parameters };
  }
  return null;
}

function matchPath(pattern: string, segments: readonly string[]): Record<string, string> | null {
  const parts = pattern.split('/');
  if (parts.length !== segments.length) return null;
  const pairs = parts.map((part, i) => [part, segments[i] ?? ''] as const);
  if (pairs.some(([part, segment]) => !part.startsWith(':') && part !== segment)) return null;
  return Object.fromEntries(
    pairs.filter(([part]) => part.startsWith(':')).map(([part, segment]) => [part.slice(1), segment]),
  );
}
