import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateVaultCommand, UploadArchiveCommand } from '@aws-sdk/client-glacier';
import { CreateBucketCommand, PutBucketEncryptionCommand } from '@aws-sdk/client-s3';
import { createClients, type AwsClients } from '../src/aws/clients';
import { setUpMessaging } from '../src/aws/messaging-setup';
import { policyFor } from '../src/doctor/policy';
import { startSandbox, type Sandbox } from 'glacier-sandbox';
import { TemporalConnectionError, TemporalSettingsError } from '../src/temporal/errors';
import { ExitCode } from './exit-codes';
import { runCli } from './program';
import { testCli } from './testing';

const PLACE = { partition: 'aws', region: 'us-east-1', accountId: '111122223333' };
const TO = ['photos', '--to', 's3://films/in'];

let folder: string;
let sandbox: Sandbox;
let aws: AwsClients;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'doctor-'));
  sandbox = await startSandbox({ dataDir: folder });
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: sandbox.endpoint,
    AWS_REGION: PLACE.region,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  });
  aws = createClients();
  const vault = { accountId: '-', vaultName: 'photos' };
  await aws.glacier.send(new CreateVaultCommand(vault));
  await aws.glacier.send(new UploadArchiveCommand({ ...vault, body: Buffer.from('bytes') }));
  await aws.s3.send(new CreateBucketCommand({ Bucket: 'films' }));
  await setUpMessaging(aws, PLACE);
});
afterAll(async () => {
  aws.destroy();
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

/** @param trouble with Temporal */
async function run(
  args: readonly string[],
  trouble: Error = new TemporalConnectionError('No Temporal server answers.'),
) {
  const { context, stdout, stderr } = testCli();
  const connect = async () => await Promise.reject(trouble);
  const exitCode = await runCli({ ...context, aws: createClients, connect }, args);
  return { exitCode, lines: stdout.text.trimEnd().split('\n'), stderr: stderr.text };
}

describe('doctor', () => {
  test('says one line for each thing, and that it may help to try again', async () => {
    const { exitCode, lines, stderr } = await run(['doctor', ...TO]);
    expect(lines).toContain('ok       bucket, region: us-east-1, the same as the vault.');
    expect(lines.at(-1)).toBe('unknown  temporal, server: No Temporal server answers.');
    expect(stderr).toBe('1 check could not be completed. Try again.\n');
    expect(exitCode).toBe(ExitCode.Temporary);
  });

  test('what a person must mend goes before what may pass', async () => {
    const { exitCode, lines, stderr } = await run(['doctor', 'none', '--to', 's3://nowhere']);
    expect(lines).toContain('failed   vault: the vault none does not exist in this Region and account.');
    expect(lines).toContain('failed   bucket: the bucket nowhere does not exist: create it.');
    expect(stderr).toBe('2 checks failed: see above for what to do.\n');
    expect(exitCode).toBe(ExitCode.Configuration);
  });

  test('with --json each line is an object', async () => {
    const { exitCode, lines } = await run(['doctor', ...TO, '--json'], new TemporalSettingsError('not encrypted'));
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    const last = {
      message_type: 'check',
      area: 'temporal',
      name: 'server',
      verdict: 'failed',
      message: 'not encrypted',
    };
    expect(records.at(-2)).toEqual(last);
    expect(records.at(-1)).toMatchObject({ message_type: 'exit_error', code: ExitCode.Configuration });
    expect(exitCode).toBe(ExitCode.Configuration);
  });
});

describe('policy', () => {
  const facts = { ...PLACE, vault: 'photos', bucket: 'films', prefix: 'in/', keyArn: null };

  test('prints the policy of the role for this vault and bucket', async () => {
    const { exitCode, lines } = await run(['policy', 'copier', ...TO]);
    expect(JSON.parse(lines.join('\n'))).toEqual(policyFor('copier', facts));
    expect(exitCode).toBe(ExitCode.Ok);
  });

  test('of a bucket with a key of its own names the key', async () => {
    await aws.s3.send(new CreateBucketCommand({ Bucket: 'sealed' }));
    const byKey = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: '1234abcd-12ab-34cd-56ef-1234567890ab' } as const;
    await aws.s3.send(
      new PutBucketEncryptionCommand({
        Bucket: 'sealed',
        ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault: byKey }] },
      }),
    );
    const { lines } = await run(['policy', 'copier', 'photos', '--to', 's3://sealed']);
    const keyArn = 'arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab';
    expect(JSON.parse(lines.join('\n'))).toEqual(
      policyFor('copier', { ...facts, bucket: 'sealed', prefix: '', keyArn }),
    );
  });

  test('of setup needs no bucket, the others do', async () => {
    const { lines } = await run(['policy', 'setup', 'photos']);
    expect(JSON.parse(lines.join('\n'))).toEqual(policyFor('setup', facts));
    expect(await run(['policy', 'planner', 'photos'])).toMatchObject({
      exitCode: ExitCode.Usage,
      stderr: 'The planner policy names the bucket: --to is required.\n',
    });
  });
});
