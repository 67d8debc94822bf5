/**
 * Ports above 1023 of IRC that no browser connects to, for whatever page (https://fetch.spec.whatwg.org/#port-blocking).
 * Temporal's HTTP API passes requests for Nexus services on without looking at their host, and cannot be turned off:
 * so it listens on one of these, and its numbers for Prometheus on another.
 */
export const PORTS_CLOSED_TO_BROWSERS = [6665, 6666, 6667, 6668, 6669, 6679, 6697] as const;
