/** @param address host or host:port; an IPv6 address in square brackets */
export function isLoopback(address: string): boolean {
  const url = `http://${address}`;
  const host = URL.canParse(url) ? new URL(url).hostname : '';
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}
