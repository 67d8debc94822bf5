import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../src';
import { REGION } from './support/region';
import { runCases } from './s3/run-cases';

describe('S3 cases against the sandbox', () => {
  runCases('sandbox', { accessKeyId: 'test', secretAccessKey: 'test' }, async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'conformance-'));
    const sandbox = await startSandbox({ dataDir, region: REGION });
    return {
      endpoint: sandbox.endpoint,
      close: async () => {
        await sandbox.close();
        await rm(dataDir, { recursive: true });
      },
    };
  });
});
