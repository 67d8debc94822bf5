import type { DevSettings } from './dev-settings';

/**
 * Temporal's HTTP API asks for no credentials and takes what any web page sends, but it can be told under which host
 * names it answers: under this one, which HTTP does not allow in a request. Server 1.25 and later know the setting.
 */
export const NO_HTTP_API = '--dynamic-config-value=frontend.httpAllowedHosts=["no host"]';

/** Ports on 127.0.0.1. Three more are the CLI's own choice: its history, matching and worker services speak gRPC there. */
export interface ServerPorts {
  readonly port: number;
  readonly httpPort: number;
  readonly metricsPort: number;
}

/**
 * Arguments of the Temporal CLI for a local server without its Web UI, which answers under every host name (ours:
 * web-ui/server.ts).
 * @param databaseFile null keeps everything in memory
 */
export function startDevArguments(
  settings: DevSettings,
  { port, httpPort, metricsPort }: ServerPorts,
  databaseFile: string | null,
): readonly string[] {
  const { namespace, logLevel, searchAttributes, sqlitePragmas, dynamicConfig } = settings;
  // With an exclusive lock a second server on the same database fails at its start; without one both would run it.
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
