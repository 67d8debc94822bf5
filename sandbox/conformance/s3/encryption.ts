import { createHash } from 'node:crypto';
import { pick, type S3Cases } from './case';

const KEY_ARN = 'arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
const KMS = { ServerSideEncryption: 'aws:kms', SSEKMSKeyId: KEY_ARN } as const;
const NO_KMS = {
  versitygw: {},
  documented: 'User Guide, "Using server-side encryption with AWS KMS keys"; versitygw ignores it',
};
const NO_ENCRYPTION = {
  versitygw: {},
  documented:
    'User Guide, "Setting default server-side encryption behavior": every object is encrypted, with AES256 unless asked',
};

const customerKey = Buffer.alloc(32, 'k');
const CUSTOMER = {
  SSECustomerAlgorithm: 'AES256',
  SSECustomerKey: customerKey.toString('base64'),
  SSECustomerKeyMD5: createHash('md5').update(customerKey).digest('base64'),
} as const;

export const encryption: S3Cases = [
  {
    operation: 'PutObject',
    name: 'says AES256 without being asked',
    run: ({ s3, at }) => pick(s3.putObject({ ...at, Body: 'x' }), 'ServerSideEncryption'),
    outcome: { ServerSideEncryption: 'AES256' },
    differs: NO_ENCRYPTION,
  },
  {
    operation: 'HeadObject',
    name: 'says AES256',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x', ServerSideEncryption: 'AES256' });
      return pick(s3.headObject(at), 'ServerSideEncryption');
    },
    outcome: { ServerSideEncryption: 'AES256' },
    differs: NO_ENCRYPTION,
  },
  {
    operation: 'PutObject',
    name: 'names the KMS key',
    run: ({ s3, at }) => pick(s3.putObject({ ...at, Body: 'x', ...KMS }), 'ServerSideEncryption', 'SSEKMSKeyId'),
    outcome: KMS,
    differs: NO_KMS,
  },
  {
    operation: 'HeadObject',
    name: 'names the KMS key',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x', ...KMS });
      return pick(s3.headObject(at), 'ServerSideEncryption', 'SSEKMSKeyId');
    },
    outcome: KMS,
    differs: NO_KMS,
  },
  {
    operation: 'CreateMultipartUpload',
    name: 'names the KMS key',
    run: ({ s3, at }) => pick(s3.createMultipartUpload({ ...at, ...KMS }), 'ServerSideEncryption', 'SSEKMSKeyId'),
    outcome: KMS,
    differs: NO_KMS,
  },
  {
    operation: 'PutObject',
    name: 'rejects an unknown kind of encryption',
    run: ({ s3, at }) => s3.putObject({ ...at, Body: 'x', ServerSideEncryption: 'rot13' as 'AES256' }),
    outcome: '400 InvalidArgument',
    differs: {
      versitygw: 200,
      documented: 'API reference, "PutObject": AES256, aws:kms and aws:kms:dsse',
    },
  },
  {
    operation: 'GetObject',
    name: 'of an object with a key of the customer needs that key',
    run: async ({ s3, at }) => {
      await s3.putObject({ ...at, Body: 'x', ...CUSTOMER });
      return s3.getObject(at);
    },
    outcome: '400 InvalidRequest',
    differs: {
      sandbox: '501 NotImplemented',
      versitygw: 200,
      documented:
        'User Guide, "Using server-side encryption with customer-provided keys"; the sandbox has none, versitygw ignores it',
    },
  },
];
