import { deleteVaultAccessPolicy, getVaultAccessPolicy, setVaultAccessPolicy } from './access-policy';
import { deleteArchive, uploadArchive } from './archives';
import { getDataRetrievalPolicy, setDataRetrievalPolicy } from './data-retrieval-policy';
import { notImplemented } from './errors';
import type { Handler, PathParameters } from './http';
import { initiateJob } from './initiate-job';
import { describeOneJob, listJobs } from './jobs';
import {
  listMultipartUploads,
  listParts,
  abortMultipartUpload,
  completeMultipartUpload,
  initiateMultipartUpload,
  uploadMultipartPart,
} from './multipart';
import { deleteVaultNotifications, getVaultNotifications, setVaultNotifications } from './notifications';
import { getJobOutput } from './output';
import { abortVaultLock, completeVaultLock, getVaultLock, initiateVaultLock } from './vault-lock';
import { createVault, deleteVault, describeVault, listVaults } from './vaults';

interface Route {
  readonly method: string;
  /** Segments of the path after the account id; `:name` is a variable one. */
  readonly parts: readonly string[];
  /** If the path does not distinguish operations: a parameter of the query, as `name=value`. */
  readonly query: string | null;
  readonly operation: string;
  readonly handler: Handler;
  /** Whether the body is an archive's bytes and not text. */
  readonly takesBytes: boolean;
}

/** @param path after the account id; may end in one parameter, `?name=value` */
const route = (method: string, path: string, operation: string, handler: Handler): Route => {
  const [segments = '', query = null] = path.split('?');
  return { method, parts: segments.split('/'), query, operation, handler, takesBytes: false };
};

const upload = (method: string, path: string, operation: string, handler: Handler): Route => ({
  ...route(method, path, operation, handler),
  takesBytes: true,
});

const missing = (method: string, path: string, operation: string): Route =>
  route(method, path, operation, () => {
    throw notImplemented(operation);
  });

const VAULT = 'vaults/:vault';
const UPLOADS = `${VAULT}/multipart-uploads`;
const UPLOAD = `${UPLOADS}/:upload`;
const JOBS = `${VAULT}/jobs`;
const NOTIFICATIONS = `${VAULT}/notification-configuration`;
const ACCESS_POLICY = `${VAULT}/access-policy`;
const LOCK_POLICY = `${VAULT}/lock-policy`;
const DATA_RETRIEVAL = 'policies/data-retrieval';

export const ROUTES: readonly Route[] = [
  route('GET', 'vaults', 'ListVaults', listVaults),
  route('PUT', VAULT, 'CreateVault', createVault),
  route('GET', VAULT, 'DescribeVault', describeVault),
  route('DELETE', VAULT, 'DeleteVault', deleteVault),
  upload('POST', `${VAULT}/archives`, 'UploadArchive', uploadArchive),
  route('DELETE', `${VAULT}/archives/:archive`, 'DeleteArchive', deleteArchive),
  route('POST', UPLOADS, 'InitiateMultipartUpload', initiateMultipartUpload),
  route('GET', UPLOADS, 'ListMultipartUploads', listMultipartUploads),
  upload('PUT', UPLOAD, 'UploadMultipartPart', uploadMultipartPart),
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
  route('GET', ACCESS_POLICY, 'GetVaultAccessPolicy', getVaultAccessPolicy),
  route('PUT', ACCESS_POLICY, 'SetVaultAccessPolicy', setVaultAccessPolicy),
  route('DELETE', ACCESS_POLICY, 'DeleteVaultAccessPolicy', deleteVaultAccessPolicy),
  route('GET', LOCK_POLICY, 'GetVaultLock', getVaultLock),
  route('POST', LOCK_POLICY, 'InitiateVaultLock', initiateVaultLock),
  route('DELETE', LOCK_POLICY, 'AbortVaultLock', abortVaultLock),
  route('POST', `${LOCK_POLICY}/:lock`, 'CompleteVaultLock', completeVaultLock),
  route('GET', DATA_RETRIEVAL, 'GetDataRetrievalPolicy', getDataRetrievalPolicy),
  route('PUT', DATA_RETRIEVAL, 'SetDataRetrievalPolicy', setDataRetrievalPolicy),
  missing('GET', `${VAULT}/tags`, 'ListTagsForVault'),
  missing('POST', `${VAULT}/tags?operation=add`, 'AddTagsToVault'),
  missing('POST', `${VAULT}/tags?operation=remove`, 'RemoveTagsFromVault'),
  missing('GET', 'provisioned-capacity', 'ListProvisionedCapacity'),
  missing('POST', 'provisioned-capacity', 'PurchaseProvisionedCapacity'),
];

interface FoundRoute {
  readonly route: Route;
  /** The variable parts that the path has. */
  readonly parameters: Partial<PathParameters>;
}

/** @param segments of the path after the account id, decoded */
export function findRoute(method: string, segments: readonly string[], query: URLSearchParams): FoundRoute | null {
  const route = ROUTES.find(
    (candidate) =>
      candidate.method === method &&
      candidate.parts.length === segments.length &&
      candidate.parts.every((part, i) => part.startsWith(':') || part === segments[i]) &&
      hasParameter(query, candidate.query),
  );
  if (route === undefined) return null;
  const variable = route.parts.flatMap((part, i) => (part.startsWith(':') ? [[part.slice(1), segments[i] ?? '']] : []));
  return { route, parameters: Object.fromEntries(variable) as Partial<PathParameters> };
}

function hasParameter(query: URLSearchParams, wanted: string | null): boolean {
  const [name = '', value] = wanted?.split('=') ?? [];
  return wanted === null || query.get(name) === value;
}
