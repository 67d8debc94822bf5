import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Call, SandboxContext, Service } from '../service';
import { BlobStore } from './blobs';
import type { JobDelays } from './delays';
import type { Glacier } from './environment';
import { GlacierError, invalidParameter, missingParameter } from './errors';
import { type Reply, sendReply } from './http';
import type { InventoryMode } from './inventory-schedule';
import { JobLifecycle } from './lifecycle';
import { filesOfAll } from './retention';
import { findRoute } from './routes';
import { Store } from './store';
import type { TreeHashHeader } from './tree-hash-header';

export { awsDelays, fixedDelays, type JobDelaysMs } from './delays';

export interface GlacierOptions {
  readonly delays: JobDelays;
  /** @default 'fresh' */
  readonly inventory?: InventoryMode;
  /** @default 'guide' */
  readonly treeHashHeader?: TreeHashHeader;
  /** How often each message about a finished job is published: 1 as it should be, 0 when all are lost, 2 when all are doubled. */
  readonly notificationCopies: number;
  readonly topicExists: (topicArn: string) => boolean;
  readonly publish: (topicArn: string, message: string) => void;
}

/** The 2012 vault API. Takes up the state of an earlier process in the same folder: vaults, bytes and running jobs. */
export function createGlacierService(context: SandboxContext, options: GlacierOptions): Service {
  const store = new Store(join(context.dataDir, 'journal.jsonl'), options.inventory ?? 'fresh');
  const blobs = new BlobStore(join(context.dataDir, 'blobs'));
  blobs.discardAllBut(new Set(filesOfAll(store.vaults())));
  const vaultArn = (vault: string): string => `arn:aws:glacier:${context.region}:${context.accountId}:vaults/${vault}`;
  const announce = (topicArn: string, message: string): void => {
    for (let copy = 0; copy < options.notificationCopies; copy++) options.publish(topicArn, message);
  };
  const jobs = new JobLifecycle({ store, blobs, clock: context.clock, vaultArn, announce });
  jobs.resume();
  const glacier: Glacier = {
    accountId: context.accountId,
    store,
    blobs,
    jobs,
    delays: options.delays,
    treeHashHeader: options.treeHashHeader ?? 'guide',
    now: () => context.clock.now(),
    vaultArn,
    topicExists: options.topicExists,
  };
  return {
    handle: async (request, response, call) => sendReply(response, await answer(glacier, request, call)),
    close: async () => {
      jobs.close();
      store.close();
    },
  };
}

async function answer(glacier: Glacier, request: IncomingMessage, call: Call): Promise<Reply> {
  try {
    return await dispatch(glacier, request, call);
  } catch (error) {
    if (!(error instanceof GlacierError)) throw error;
    Object.assign(call.detail, { error: error.code });
    return { status: error.status, json: error.body };
  }
}

async function dispatch(glacier: Glacier, incoming: IncomingMessage, call: Call): Promise<Reply> {
  const url = new URL(incoming.url ?? '/', 'http://sandbox');
  const [account, ...segments] = url.pathname.slice(1).split('/').map(decoded);
  const found = findRoute(incoming.method ?? '', segments, url.searchParams);
  if (found === null) {
    throw new GlacierError('UnknownOperationException', 404, `No operation is ${incoming.method} ${url.pathname}`);
  }
  call.operation = found.route.operation;
  Object.assign(call.detail, found.parameters);
  if (incoming.headers['x-amz-glacier-version'] === undefined) throw missingParameter('API version');
  if (account !== '-' && account !== glacier.accountId) {
    throw new GlacierError('AccessDeniedException', 403, `Access denied to account ${account}`);
  }
  const path = { vault: '', archive: '', upload: '', job: '', lock: '', ...found.parameters };
  return found.route.handler(glacier, { path, query: url.searchParams, incoming, call });
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw invalidParameter(`Invalid path: ${segment}`);
  }
}
