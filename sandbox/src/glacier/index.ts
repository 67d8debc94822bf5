import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { Call, Recognised, Reply, SandboxContext, Service } from '../service';
import { BlobStore } from './blobs';
import type { JobDelays } from './delays';
import type { Glacier } from './environment';
import { GlacierError, missingParameter } from './errors';
import { resourcePoliciesOf } from './vault-lock';
import { readTextBody, type Reply as GlacierReply, toWire } from './http';
import type { InventoryMode } from './inventory-schedule';
import { JobLifecycle } from './lifecycle';
import { filesOfAll } from './needed-files';
import { findRoute } from './routes';
import { type Seeded, seedVault } from './seed';
import type { SeedSpec } from './seeding/seed-spec';
import { Store } from './store';
import type { TreeHashHeader } from './tree-hash-header';

export { awsDelays, fixedDelays, type JobDelays, type JobDelaysMs } from './delays';
export type { InventoryMode } from './inventory-schedule';
export type { TreeHashHeader } from './tree-hash-header';
export type { JobFaults } from './model';
export type { Seeded } from './seed';

export interface GlacierOptions {
  readonly delays: JobDelays;
  /** @default 'fresh' */
  readonly inventory?: InventoryMode;
  /** @default 'guide' */
  readonly treeHashHeader?: TreeHashHeader;
  readonly topicExists: (topicArn: string) => boolean;
  readonly publish: (topicArn: string, message: string) => void;
  /** The faults of a job that a call initiates. @default none */
  readonly jobFaultsOf?: Glacier['jobFaultsOf'];
}

export interface GlacierService extends Service {
  /**
   * Fills a vault, created if missing, with generated archives that take no space.
   * @throws SeedSpecError when the vault was seeded with the same seed before
   * @throws GlacierError for an invalid vault name, and for too many vaults
   */
  seed(vault: string, spec: SeedSpec): Promise<Seeded>;
  readonly effects: {
    /** Makes the output of a finished job expire now. Does nothing for a job that is not there. */
    readonly expireJob: (vault: string, jobId: string) => void;
  };
}

/** The 2012 vault API. Continues with the state of an earlier process in the same folder: vaults, bytes and running jobs. */
export function createGlacierService(context: SandboxContext, options: GlacierOptions): GlacierService {
  const store = new Store(join(context.dataDir, 'journal.jsonl'), options.inventory ?? 'fresh');
  const blobs = new BlobStore(join(context.dataDir, 'blobs'));
  blobs.discardAllBut(new Set(filesOfAll(store.vaults())));
  const vaultArn = (vault: string): string => `arn:aws:glacier:${context.region}:${context.accountId}:vaults/${vault}`;
  const jobs = new JobLifecycle({ store, blobs, clock: context.clock, vaultArn, notify: options.publish });
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
    jobFaultsOf: options.jobFaultsOf ?? (() => ({})),
  };
  return {
    seed: (vault, spec) => seedVault(glacier, vault, spec),
    recognise: (request, call) => recognise(glacier, request, call),
    resourcePolicies: (call) => resourcePoliciesOf(glacier, call),
    effects: { expireJob: (vault, jobId) => jobs.expireNow(vault, jobId) },
    close: async () => {
      await jobs.close();
      store.close();
    },
  };
}

async function recognise(glacier: Glacier, incoming: IncomingMessage, call: Call): Promise<Recognised> {
  const url = new URL(incoming.url ?? '/', 'http://sandbox');
  const [account = '', ...segments] = url.pathname.slice(1).split('/').map(decoded);
  const found = findRoute(incoming.method ?? '', segments, url.searchParams);
  if (found !== null) {
    call.operation = found.route.operation;
    Object.assign(call.detail, found.parameters);
  }
  const refuse: Recognised['refuse'] = ({ code, status, message }) =>
    errorReply(call, new GlacierError(code, status, message));
  const answerWith = (makeReply: () => GlacierReply | Promise<GlacierReply>) => async (): Promise<Reply> => {
    try {
      assertUsable(glacier, incoming, account);
      return toWire(await makeReply());
    } catch (error) {
      if (!(error instanceof GlacierError)) throw error;
      return errorReply(call, error);
    }
  };
  const fail = (error: unknown) => answerWith(() => Promise.reject(error));

  if (found === null) return { refuse, answer: fail(unknownOperation(incoming.method ?? '', url.pathname)) };
  const path = { vault: '', archive: '', upload: '', job: '', lock: '', ...found.parameters };
  const request = { path, query: url.searchParams, incoming, call };
  const { handler } = found.route;
  if (found.route.takesBytes) return { refuse, answer: answerWith(() => handler(glacier, { ...request, body: '' })) };
  try {
    const { text, sha256 } = await readTextBody(incoming);
    const answer = answerWith(() => handler(glacier, { ...request, body: text }));
    return { refuse, answer, bodySha256: sha256 };
  } catch (error) {
    if (!(error instanceof GlacierError)) throw error;
    return { refuse, answer: fail(error) };
  }
}

function errorReply(call: Call, error: GlacierError): Reply {
  call.detail['error'] = error.code;
  return toWire({ status: error.status, json: error.body });
}

const unknownOperation = (method: string, path: string): GlacierError =>
  new GlacierError('UnknownOperationException', 404, `No operation is ${method} ${path}`);

/** @throws GlacierError when the request lacks the API version or is for a foreign account */
function assertUsable(glacier: Glacier, { headers }: IncomingMessage, account: string): void {
  if (headers['x-amz-glacier-version'] === undefined) throw missingParameter('API version');
  if (account !== '-' && account !== glacier.accountId) {
    throw new GlacierError('AccessDeniedException', 403, `Access denied to account ${account}`);
  }
}

/** A segment of the path; one with invalid percent-encoding stays as it is, and names nothing that exists. */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
