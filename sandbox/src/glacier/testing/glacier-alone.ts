import { mkdir } from 'node:fs/promises';
import { GlacierClient } from '@aws-sdk/client-glacier';
import { createGlacierService, fixedDelays, type GlacierOptions, type GlacierService } from '..';
import { listen, portOf, serve } from '../../server';
import type { ManualClock } from '../../testing/manual-clock';

const HOUR_MS = 3_600_000;

export interface RunningGlacier {
  readonly clock: ManualClock;
  readonly glacier: GlacierClient;
  readonly service: GlacierService;
  readonly endpoint: string;
  readonly published: [topicArn: string, message: Record<string, unknown>][];
  close(): Promise<void>;
}

/** Glacier without the rest of the sandbox, over HTTP, with the test's own clock. Tiers take 1, 4 and 10 hours. */
export async function openGlacier(
  dataDir: string,
  clock: ManualClock,
  { topicArns = [], ...options }: { topicArns?: readonly string[] } & Partial<GlacierOptions> = {},
): Promise<RunningGlacier> {
  await mkdir(dataDir, { recursive: true });
  const published: RunningGlacier['published'] = [];
  const service = createGlacierService(
    { dataDir, clock, accountId: '111122223333', region: 'us-east-1', endpoint: () => '' },
    {
      delays: fixedDelays({ expedited: HOUR_MS, standard: 4 * HOUR_MS, bulk: 10 * HOUR_MS, inventory: 4 * HOUR_MS }),
      topicExists: (topicArn) => topicArns.includes(topicArn),
      publish: (topicArn, message) => published.push([topicArn, JSON.parse(message)]),
      ...options,
    },
  );
  const server = await listen(0);
  const stop = serve(server, { services: { glacier: service }, onCall: () => {} });
  const endpoint = `http://127.0.0.1:${portOf(server)}`;
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
  const glacier = new GlacierClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 });
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    glacier.destroy();
    await service.close();
    await stop();
  };
  return { clock, glacier, service, endpoint, published, close: () => (closing ??= close()) };
}
