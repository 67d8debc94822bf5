import type { IncomingMessage } from 'node:http';

/** Who signed a request, and for what. */
export interface CredentialScope {
  readonly accessKeyId: string;
  readonly region: string;
  /** As the client wrote it: may be a service that the sandbox does not have. */
  readonly service: string;
}

/**
 * Reads the SigV4 credential scope (`AKID/20261123/us-east-1/glacier/aws4_request`) of the Authorization header, or of
 * the query of a presigned URL; null for an unsigned request. The signature itself is not checked.
 */
export function credentialScope(request: Pick<IncomingMessage, 'headers' | 'url'>): CredentialScope | null {
  const signed = /\bCredential=([^,\s]+)/.exec(request.headers.authorization ?? '')?.[1];
  const presigned = /[?&]X-Amz-Credential=([^&]+)/.exec(request.url ?? '')?.[1];
  const credential = signed ?? (presigned === undefined ? '' : presigned.replaceAll(/%2F/gi, '/'));
  const match = /^(.+)\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request$/.exec(credential);
  const [, accessKeyId, region, service] = match ?? [];
  return accessKeyId === undefined || region === undefined || service === undefined
    ? null
    : { accessKeyId, region, service };
}
