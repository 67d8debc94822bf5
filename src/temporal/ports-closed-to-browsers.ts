/**
 * Ports above 1023 that browsers block for every page (https://fetch.spec.whatwg.org/#port-blocking), those
 * of IRC first; without 6679 and 4190, to which Chromium 156 does connect. Temporal's HTTP API passes requests for Nexus services on without looking at their host, and cannot be
 * turned off: so it listens on one of these, and its numbers for Prometheus on another.
 */
export const PORTS_CLOSED_TO_BROWSERS = [
  6665, 6666, 6667, 6668, 6669, 6697, 1719, 1720, 1723, 2049, 3659, 4045, 5060, 5061, 6000, 6566, 10080,
] as const;
