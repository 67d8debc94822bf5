import type { IncomingMessage } from 'node:http';

/** Who signed a request, and for what. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** As the client wrote it: may be a service that the sandbox does not have. */
  readonly service: string;
}

/**
 * Reads the SigV4 credential scope (`AKID/20261123/us-east-1/glacier/aws4_request`) of the Authorization header;
 * null for a request without one. The signature itself is not checked.
 */
export function credentialScope({ headers }: Pick<IncomingMessage, 'headers'>): CredentialScope | null {
  const credential = /\bCredential=([^,\s]+)/.exec(headers.authorization ?? '')?.[1] ?? '';
  const match = /^(.+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential);
  const [, accessKeyId, region, service] = match ?? [];
  return accessKeyId === undefined || region === undefined || service === undefined
    ? null
    : { accessKeyId, region, service };
}
