import type { IncomingHttpHeaders } from 'node:http';

/** This machine by name or address, or a bucket below `localhost`, with any port: behind a tunnel it is not the sandbox's own. */
const KNOWN_HOST = /^(?:(?:[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\.)?localhost|127\.0\.0\.1|\[::1\])(?::\d{1,5})?$/i;

/**
 * Why a request cannot come from an AWS client on this machine; null if it can. A web page can send requests
 * to this machine, also under a domain that resolves to it, and browsers mark them: in Origin, in Sec-Fetch-Site
 * (Fetch Metadata, W3C; `none` is an address that a person typed), or in Host. A page cannot set any of the three.
 */
export function foreignRequest(headers: IncomingHttpHeaders): string | null {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (origin !== undefined || (site !== undefined && site !== 'none')) {
    return 'the request comes from a web page, and the sandbox answers none.';
  }
  if (host === undefined || !KNOWN_HOST.test(host)) {
    return `the sandbox answers as 127.0.0.1, localhost, [::1] and BUCKET.localhost, not as ${JSON.stringify(host ?? '')}.`;
  }
  return null;
}
