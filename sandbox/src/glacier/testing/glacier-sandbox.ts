import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeJobCommand, GlacierClient } from '@aws-sdk/client-glacier';
import { type SandboxOptions, startSandbox } from '../..';

/** The vault that most tests make. */
export const vault = { accountId: '-', vaultName: 'photos' };

/** Waits until a job of that vault has ended. An inventory job may end late: its output is written meanwhile. */
export async function jobEnded(glacier: GlacierClient, jobId: string): Promise<void> {
  while ((await glacier.send(new DescribeJobCommand({ ...vault, jobId }))).Completed !== true);
}

/** A whole sandbox on an empty folder, and a client for its Glacier. */
export interface GlacierSandbox {
  /** For further clients. */
  readonly settings: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
  readonly glacier: GlacierClient;
  /** Names of the files that hold the bytes of archives and of parts. */
  storedFiles(): Promise<string[]>;
  /** Deletes the folder too. */
  close(): Promise<void>;
}

export async function startGlacierSandbox(options: Omit<SandboxOptions, 'dataDir'> = {}): Promise<GlacierSandbox> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sandbox-'));
  const sandbox = await startSandbox({ ...options, dataDir });
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const settings = { endpoint: sandbox.endpoint, region: 'us-east-1', credentials };
  const glacier = new GlacierClient(settings);
  return {
    settings,
    glacier,
    storedFiles: () => readdir(join(dataDir, 'glacier', 'blobs')),
    close: async () => {
      glacier.destroy();
      await sandbox.close();
      await rm(dataDir, { recursive: true });
    },
  };
}
