import type { GlacierClient } from '@aws-sdk/client-glacier';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';

/** Which request an error answers: the SDK's errors do not say, and people must know what to allow. */
export interface NamedRequest {
  readonly service: 'glacier' | 's3' | 'sns' | 'sqs';
  /** As the API calls it: InitiateJob, PutObject. */
  readonly operation: string;
  /** Name of the vault, bucket, topic or queue; null where the request names none. */
  readonly resource: string | null;
  /** The account that the bucket was said to belong to. */
  readonly expectedOwner: string | null;
}

const requests = new WeakMap<object, NamedRequest>();

/** The request that an error answers; null for errors of anything but our clients. */
export const requestOf = (error: object): NamedRequest | null => requests.get(error) ?? null;

/** Input members that name what a request is about. */
interface Input {
  readonly vaultName?: string;
  readonly Bucket?: string;
  readonly TopicArn?: string;
  readonly QueueUrl?: string;
  readonly QueueName?: string;
  readonly ExpectedBucketOwner?: string;
}

/** Makes a client remember for each error which request it answers. */
export function nameRequests(client: GlacierClient | S3Client | SNSClient | SQSClient): void {
  const service = client.config.serviceId.toLowerCase() as NamedRequest['service'];
  // The four stacks differ in the types of inputs only, of which nothing but names is read.
  (client as GlacierClient).middlewareStack.add(
    (next, context) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (typeof error === 'object' && error !== null) {
          const input = args.input as Input;
          requests.set(error, {
            service,
            operation: (context.commandName ?? '').replace(/Command$/, ''),
            resource: input.vaultName ?? input.Bucket ?? input.TopicArn ?? input.QueueUrl ?? input.QueueName ?? null,
            expectedOwner: input.ExpectedBucketOwner ?? null,
          });
        }
        throw error;
      }
    },
    { step: 'initialize', priority: 'high', name: 'nameRequests' },
  );
}
