import type { CallFacts, Permission, PermissionTable } from './permission';

/** Every action is named after its operation (Glacier developer guide, "API permissions reference"). */
const ON_VAULT = [
  'AbortMultipartUpload',
  'AbortVaultLock',
  'AddTagsToVault',
  'CompleteMultipartUpload',
  'CompleteVaultLock',
  'CreateVault',
  'DeleteArchive',
  'DeleteVault',
  'DeleteVaultAccessPolicy',
  'DeleteVaultNotifications',
  'DescribeJob',
  'DescribeVault',
  'GetJobOutput',
  'GetVaultAccessPolicy',
  'GetVaultLock',
  'GetVaultNotifications',
  // With an SNSTopic too: whether the caller may publish to it is not checked.
  'InitiateJob',
  'InitiateMultipartUpload',
  'InitiateVaultLock',
  'ListJobs',
  'ListMultipartUploads',
  'ListParts',
  'ListTagsForVault',
  'RemoveTagsFromVault',
  'SetVaultAccessPolicy',
  'SetVaultNotifications',
  'UploadArchive',
  'UploadMultipartPart',
];
const ON_RETRIEVAL_POLICY = ['GetDataRetrievalPolicy', 'SetDataRetrievalPolicy'];
const ON_ACCOUNT = ['ListProvisionedCapacity', 'ListVaults', 'PurchaseProvisionedCapacity'];

type Resource = (facts: CallFacts) => string;

const inAccount =
  (name: Resource): Resource =>
  (facts) =>
    `arn:aws:glacier:${facts.region}:${facts.accountId}:${name(facts)}`;

const rows = (operations: readonly string[], resource: Resource) =>
  operations.map((operation) => {
    const needs = (facts: CallFacts): readonly Permission[] => [
      { action: `glacier:${operation}`, resource: resource(facts) },
    ];
    return [operation, needs] as const;
  });

export const GLACIER_PERMISSIONS: PermissionTable = new Map([
  ...rows(
    ON_VAULT,
    inAccount(({ vault = '' }) => `vaults/${vault}`),
  ),
  ...rows(
    ON_RETRIEVAL_POLICY,
    inAccount(() => 'policies/retrieval-limit-policy'),
  ),
  ...rows(ON_ACCOUNT, () => '*'),
]);
