import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../loopback';

export interface PageRequest {
  readonly method: string;
  /** Path without its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Why a request is rejected, or null if it comes from our own page or a program on this machine.
 *
 * DNS rebinding shows in Host. Any other page shows in Origin, which browsers send with everything but plain reads,
 * or in Sec-Fetch-Site, which they always send to loopback
 * (https://www.w3.org/TR/fetch-metadata/). A link from another site may open a page, but cannot reach data.
 */
export function refusalOf({ method, path, headers }: PageRequest): string | null {
  const { host = '', origin } = headers;
  if (!isLoopback(host)) return 'The host must be localhost or 127.0.0.1.';
  if (origin !== undefined && origin !== `http://${host}`) return 'Other web pages are not served.';
  const site = headers['sec-fetch-site'];
  if (site === undefined || site === 'same-origin' || site === 'none') return null;
  const opensPage = method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && !path.startsWith('/api/');
  return opensPage && headers['sec-fetch-dest'] === 'document' ? null : 'Other web pages are not served.';
}
