import type { DevSettings } from './dev-settings';

/**
 * Temporal's HTTP API needs no credentials and accepts requests from any web page, but its allowed host names can be
 * configured: this one is not valid in an HTTP request. Server 1.25 and later have the setting.
 */
export const NO_HTTP_API = '--dynamic-config-value=frontend.httpAllowedHosts=["no host"]';

/** Ports on 127.0.0.1. The CLI chooses three more, for gRPC to its history, matching and worker services. */
export interface ServerPorts {
  readonly port: number;
  readonly httpPort: number;
  readonly metricsPort: number;
}

/**
 * Arguments of the Temporal CLI for a local server without its Web UI, which responds to any host name (ours:
 * web-ui/server.ts).
 * @param databaseFile null keeps everything in memory
 */
export function startDevArguments(
  settings: DevSettings,
  { port, httpPort, metricsPort }: ServerPorts,
  databaseFile: string | null,
): readonly string[] {
  const { namespace, logLevel, searchAttributes, sqlitePragmas, dynamicConfig } = settings;
  // With an exclusive lock a second server on the same database fails to start; without it both would run.
  const pragmas = { ...sqlitePragmas, locking_mode: 'EXCLUSIVE' };
  return [
    'server',
    'start-dev',
    '--headless',
    '--ip=127.0.0.1',
    `--port=${port}`,
    `--http-port=${httpPort}`,
    `--metrics-port=${metricsPort}`,
    `--namespace=${namespace}`,
    `--log-level=${logLevel}`,
    ...pairs('--search-attribute', searchAttributes),
    ...pairs('--dynamic-config-value', dynamicConfig),
    NO_HTTP_API,
    ...(databaseFile === null ? [] : [`--db-filename=${databaseFile}`, ...pairs('--sqlite-pragma', pragmas)]),
  ];
}

const pairs = (flag: string, entries: Readonly<Record<string, string | number | boolean>>): readonly string[] =>
  Object.entries(entries).map(([name, value]) => `${flag}=${name}=${value}`);
