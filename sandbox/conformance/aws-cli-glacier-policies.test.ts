import { type CliSandbox, describeWithAwsCli, startCliSandbox } from './support/aws-cli';
import { REGION } from './support/region';

const VAULT_ARN = `arn:aws:glacier:${REGION}:111122223333:vaults/photos`;

let sandbox: CliSandbox;

const account = (operation: string, ...args: string[]): Promise<Record<string, unknown>> =>
  sandbox.json(`glacier ${operation} --account-id -`, ...args);

const glacier = (operation: string, ...args: string[]): Promise<Record<string, unknown>> =>
  account(`${operation} --vault-name photos`, ...args);

/** Denies that anything is ever removed. */
const Policy = JSON.stringify({
  Version: '2012-10-17',
  Statement: [
    { Sid: 'keep', Effect: 'Deny', Principal: '*', Action: ['glacier:DeleteArchive'], Resource: [VAULT_ARN] },
  ],
});
const policy = JSON.stringify({ Policy });

describeWithAwsCli('Glacier policies by the AWS CLI', () => {
  beforeAll(async () => {
    sandbox = await startCliSandbox();
    await glacier('create-vault');
  });
  afterAll(() => sandbox.close());

  test('keeps an access policy until it is deleted', async () => {
    await expect(glacier('get-vault-access-policy')).rejects.toThrow('(ResourceNotFoundException)');
    await glacier('set-vault-access-policy', '--policy', policy);
    const { policy: kept } = (await glacier('get-vault-access-policy')) as { policy: { Policy: string } };
    expect(JSON.parse(kept.Policy)).toEqual(JSON.parse(Policy));
    await glacier('delete-vault-access-policy');
    await expect(glacier('get-vault-access-policy')).rejects.toThrow('(ResourceNotFoundException)');
  });

  test('locks a vault in two steps', async () => {
    await glacier('initiate-vault-lock', '--policy', policy);
    expect(await glacier('get-vault-lock')).toMatchObject({ State: 'InProgress' });
    await glacier('abort-vault-lock');
    await expect(glacier('get-vault-lock')).rejects.toThrow('(ResourceNotFoundException)');
    const { lockId } = await glacier('initiate-vault-lock', '--policy', policy);
    await glacier('complete-vault-lock', `--lock-id=${String(lockId)}`);
    expect(await glacier('get-vault-lock')).toMatchObject({ State: 'Locked' });
    await expect(glacier('abort-vault-lock')).rejects.toThrow('(AccessDeniedException)');
  });

  test('keeps a limit for retrievals', async () => {
    const Rules = [{ Strategy: 'BytesPerHour', BytesPerHour: 1_000_000 }];
    await account('set-data-retrieval-policy', '--policy', JSON.stringify({ Rules }));
    expect(await account('get-data-retrieval-policy')).toEqual({ Policy: { Rules } });
  });
});
