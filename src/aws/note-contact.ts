import type { GlacierClient } from '@aws-sdk/client-glacier';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SNSClient } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { awsContact } from './contact';
import { networkWords, statusWords } from './network-words';

/** Makes a client record for each attempt of each request whether the service responded. */
export function noteContact(client: GlacierClient | S3Client | SNSClient | SQSClient): void {
  const service = client.config.serviceId.toLowerCase();
  // The four middleware stacks differ only in their input types, which are not used here.
  (client as GlacierClient).middlewareStack.add(
    (next) => async (args) => {
      awsContact.asked(service, endpointOf(args.request as Endpoint));
      try {
        const result = await next(args);
        const { statusCode } = result.response as { readonly statusCode: number };
        if (statusCode >= 500) awsContact.unanswered(service, 'errors', statusWords(statusCode));
        else awsContact.answered(service);
        return result;
      } catch (error) {
        const { name } = error as Error;
        if (name !== 'AbortError') awsContact.unanswered(service, 'silent', networkWords(error));
        throw error;
      }
    },
    // Next to the wire: below the retries, and before responses become errors.
    { step: 'deserialize', priority: 'low', name: 'noteContact' },
  );
}

interface Endpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
}

const endpointOf = ({ protocol, hostname, port }: Endpoint): string =>
  `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}`;
