import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import type { DataConverter } from '@temporalio/common';
import type { NativeConnection, NativeConnectionOptions } from '@temporalio/worker';
import { configuredDataConverter } from './codec/data-converter';
import { reasonOf } from '../reason';
import { TemporalConnectionError, TemporalSettingsError } from './errors';
import { INSECURE_VARIABLE } from './insecure';
import { isLoopback } from './loopback';

const DEFAULT_ADDRESS = 'localhost:7233';
const DEFAULT_NAMESPACE = 'default';
const CONNECT_LIMIT = '5s';

export interface ConnectOptions {
  /** host:port; overrides TEMPORAL_ADDRESS and the profile. */
  readonly address?: string;
  readonly namespace?: string;
  /** Allows a connection without TLS to another machine. @default as GLACIER_TRANSFER_INSECURE says */
  readonly insecure?: boolean;
}

/** A worker's connection, namespace and data converter. */
export interface WorkerPlace {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly dataConverter?: DataConverter;
}

/**
 * Connects according to the TEMPORAL_* variables and the Temporal profile. The caller closes `client.connection`.
 * @throws {TemporalConnectionError}
 */
export async function connectClient(options: ConnectOptions = {}): Promise<Client> {
  const { connectionOptions, namespace } = resolveTarget(options);
  const dataConverter = configuredDataConverter();
  const connection = Connection.lazy({ ...connectionOptions, connectTimeout: CONNECT_LIMIT });
  try {
    await connection.ensureConnected();
  } catch (error) {
    await connection.close();
    throw unreachable(connectionOptions.address, error);
  }
  return new Client({ connection, namespace, dataConverter });
}

/**
 * The same for a worker, with the SDK's native connection. The caller closes it after its workers have ended.
 * @throws {TemporalConnectionError}
 */
export async function connectWorker(options: ConnectOptions = {}): Promise<WorkerPlace> {
  const { connectionOptions, namespace } = resolveTarget(options);
  const dataConverter = configuredDataConverter();
  // Loaded lazily: commands that only need a client start half a second sooner.
  const { NativeConnection } = await import('@temporalio/worker');
  try {
    return { connection: await NativeConnection.connect(connectionOptions), namespace, dataConverter };
  } catch (error) {
    throw unreachable(connectionOptions.address, error);
  }
}

interface Target {
  readonly connectionOptions: NativeConnectionOptions & { readonly address: string };
  readonly namespace: string;
}

/**
 * The address that TEMPORAL_ADDRESS or the Temporal profile names, or null.
 * @throws {TemporalConnectionError} when the profile cannot be read
 */
export const configuredAddress = (): string | null => loadConfig().connectionOptions.address || null;

/**
 * Where to connect, and how.
 * @throws {TemporalConnectionError} when that would send unencrypted data over a network, or a profile is invalid
 */
export function resolveTarget(options: ConnectOptions): Target {
  const config = loadConfig();
  const address = options.address ?? (config.connectionOptions.address || DEFAULT_ADDRESS);
  const namespace = options.namespace ?? (config.namespace || DEFAULT_NAMESPACE);
  const { tls } = config.connectionOptions;
  const insecure = options.insecure ?? process.env[INSECURE_VARIABLE] === 'true';
  if (!tls && !insecure && !isLoopback(address)) {
    throw new TemporalSettingsError(
      `Temporal at ${address} is another machine and the connection would not be encrypted: ` +
        'set TEMPORAL_TLS=true or TEMPORAL_API_KEY, or allow it with --insecure.',
    );
  }
  return { connectionOptions: { ...config.connectionOptions, address }, namespace };
}

function loadConfig(): ReturnType<typeof loadClientConnectConfig> {
  try {
    return loadClientConnectConfig();
  } catch (error) {
    throw new TemporalSettingsError(`The Temporal profile cannot be used: ${reasonOf(error)}`);
  }
}

function unreachable(address: string, error: unknown): TemporalConnectionError {
  const reason = reasonOf(error);
  // The native connection reports a dump of Rust structures; the text is in its `message`.
  const words = /message: "([^"]+)"/.exec(reason)?.[1] ?? reason;
  return new TemporalConnectionError(
    `No Temporal server answers at ${address} (${words}): ` +
      'start one with "glacier-transfer server", or name another with TEMPORAL_ADDRESS.',
  );
}
