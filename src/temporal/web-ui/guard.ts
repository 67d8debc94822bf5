import type { IncomingHttpHeaders } from 'node:http';
import { isLoopback } from '../loopback';

export interface PageRequest {
  readonly method: string;
  /** Path without its query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/**
 * Why a request is refused, or null for one that our own page or a program on this machine sends.
 *
 * A page whose name was made to lead here (DNS rebinding) names itself in Host. Any other page is given away by Origin,
 * which browsers send with everything but plain reads, or by Sec-Fetch-Site, which they send to loopback always
 * (https://www.w3.org/TR/fetch-metadata/). A link from elsewhere may open a page, but reaches no data.
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
