import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AbortVaultLockCommand,
  CompleteVaultLockCommand,
  CreateVaultCommand,
  DeleteVaultAccessPolicyCommand,
  GetVaultAccessPolicyCommand,
  GetVaultLockCommand,
  InitiateVaultLockCommand,
  SetVaultAccessPolicyCommand,
} from '@aws-sdk/client-glacier';
import { ManualClock } from '../testing/manual-clock';
import type { VaultLock } from './model';
import { openGlacier, type RunningGlacier } from './testing/glacier-alone';
import { vault } from './testing/glacier-sandbox';
import type { Vault } from './vault';
import { policiesInForce } from './vault-lock';

const DAY_MS = 24 * 3_600_000;
const ARN = 'arn:aws:glacier:us-east-1:111122223333:vaults/photos';
const STATEMENT = {
  Sid: 'keep',
  Effect: 'Deny',
  Principal: { AWS: 'arn:aws:iam::111122223333:root' },
  Action: 'glacier:DeleteArchive',
  Resource: [ARN],
  Condition: { NumericLessThanEquals: { 'glacier:ArchiveAgeInDays': '365' } },
};
const POLICY = JSON.stringify({ Version: '2012-10-17', Statement: [STATEMENT] });

let root: string;
let running: RunningGlacier;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'sandbox-'));
  running = await openGlacier(join(root, 'data'), new ManualClock());
  await running.glacier.send(new CreateVaultCommand(vault));
});

afterEach(async () => {
  await running.close();
  await rm(root, { recursive: true });
});

/** What `kill -9` would leave is taken up by a new process. */
async function reopen(): Promise<void> {
  await cp(join(root, 'data'), join(root, 'killed'), { recursive: true });
  await running.close();
  running = await openGlacier(join(root, 'killed'), running.clock);
}

const initiate = (Policy: string | undefined = POLICY) =>
  running.glacier.send(new InitiateVaultLockCommand({ ...vault, policy: { Policy } }));
const get = () => running.glacier.send(new GetVaultLockCommand(vault));
const abort = () => running.glacier.send(new AbortVaultLockCommand(vault));
const complete = (lockId = '') => running.glacier.send(new CompleteVaultLockCommand({ ...vault, lockId }));

const denied = { name: 'AccessDeniedException', $metadata: { httpStatusCode: 403 } };
const unset = {
  name: 'ResourceNotFoundException',
  message: `No vault lock policy is set for: ${ARN}`,
  $metadata: { httpStatusCode: 404 },
};

test('a vault lock is initiated, completed and then immutable', async () => {
  await expect(get()).rejects.toMatchObject(unset);
  const { lockId, $metadata } = await initiate();
  expect($metadata.httpStatusCode).toBe(201);
  expect(lockId).toMatch(/^[A-Za-z0-9_-]{24}$/);
  expect(await get()).toMatchObject({
    Policy: POLICY,
    State: 'InProgress',
    CreationDate: '2026-01-01T00:00:00.000Z',
    ExpirationDate: '2026-01-02T00:00:00.000Z',
  });
  await expect(initiate()).rejects.toMatchObject(denied);
  await expect(complete('another')).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    $metadata: { httpStatusCode: 400 },
  });
  await reopen();
  running.clock.advance(DAY_MS - 1);
  await complete(lockId);

  running.clock.advance(10 * DAY_MS);
  const locked = await get();
  expect(locked).toMatchObject({ Policy: POLICY, State: 'Locked', CreationDate: '2026-01-01T00:00:00.000Z' });
  expect(locked.ExpirationDate ?? null).toBeNull();
  await complete(lockId);
  await expect(complete('another')).rejects.toMatchObject(denied);
  await expect(abort()).rejects.toMatchObject(denied);
  await expect(initiate()).rejects.toMatchObject(denied);
});

test('a vault lock that is not completed within a day is gone', async () => {
  const { lockId } = await initiate();
  running.clock.advance(DAY_MS);
  await expect(get()).rejects.toMatchObject(unset);
  await expect(complete(lockId)).rejects.toMatchObject(unset);
  expect((await initiate()).lockId).not.toBe(lockId);
});

test('AbortVaultLock succeeds for a lock in progress and without a lock', async () => {
  await abort();
  await initiate();
  await abort();
  await abort();
  await expect(get()).rejects.toMatchObject(unset);
  await initiate();
});

test('a vault access policy is stored verbatim, replaced and deleted', async () => {
  const getPolicy = () => running.glacier.send(new GetVaultAccessPolicyCommand(vault));
  const set = (Policy: string) =>
    running.glacier.send(new SetVaultAccessPolicyCommand({ ...vault, policy: { Policy } }));
  const noPolicy = { name: 'ResourceNotFoundException', message: `No vault access policy is set for: ${ARN}` };
  await expect(getPolicy()).rejects.toMatchObject(noPolicy);
  await set(POLICY);
  const text = `  ${JSON.stringify({ Statement: { ...STATEMENT, Effect: 'Allow', Principal: '*' } })}\n`;
  await set(text);
  await reopen();
  expect((await getPolicy()).policy).toEqual({ Policy: text });
  for (let i = 0; i < 2; i++) await running.glacier.send(new DeleteVaultAccessPolicyCommand(vault));
  await expect(getPolicy()).rejects.toMatchObject(noPolicy);
});

const documentWith = (changes: object): string => JSON.stringify({ Statement: [{ ...STATEMENT, ...changes }] });

test.each([
  ['no JSON', '{'],
  ['no object', '[]'],
  ['no statement', '{"Version":"2012-10-17"}'],
  ['an empty list of statements', '{"Statement":[]}'],
  ['an unknown version', JSON.stringify({ Version: '2020-01-01', Statement: [STATEMENT] })],
  ['an unknown effect', documentWith({ Effect: 'Maybe' })],
  ['no principal', documentWith({ Principal: undefined })],
  ['no action', documentWith({ Action: undefined })],
  ['action and its opposite', documentWith({ NotAction: 'glacier:*' })],
  ['no resource', documentWith({ Resource: undefined })],
  ['an unknown element', documentWith({ Ressource: '*' })],
  ['a condition that is none', documentWith({ Condition: 'always' })],
  ['more than 20 KB', documentWith({ Sid: 'x'.repeat(20 * 1024) })],
])('a vault policy with %s is rejected', async (_name, Policy) => {
  const policy = { Policy };
  await expect(running.glacier.send(new SetVaultAccessPolicyCommand({ ...vault, policy }))).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The specified vault access policy is invalid. Provide a valid policy.',
  });
  await expect(initiate(Policy)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'The specified vault lock policy is invalid. Provide a valid policy.',
  });
});

test('a missing vault policy is rejected', async () => {
  await expect(running.glacier.send(new InitiateVaultLockCommand({ ...vault, policy: {} }))).rejects.toMatchObject({
    name: 'MissingParameterValueException',
  });
});

test('access policy and lock policy both count, a lock in progress until it expires', () => {
  const lock: VaultLock = {
    id: 'id',
    state: 'InProgress',
    policy: 'lock',
    creationDate: '2026-01-01T00:00:00.000Z',
    expirationDate: '2026-01-02T00:00:00.000Z',
  };
  const atMs = (date: string): number => Date.parse(date);
  const policies = (changes: Partial<Vault>, date: string): readonly string[] =>
    policiesInForce({ lock: null, accessPolicy: null, ...changes }, atMs(date));
  expect(policies({}, '2026-01-01')).toEqual([]);
  expect(policies({ lock, accessPolicy: 'access' }, '2026-01-01')).toEqual(['lock', 'access']);
  expect(policies({ lock, accessPolicy: 'access' }, '2026-01-02')).toEqual(['access']);
  expect(policies({ lock: { ...lock, state: 'Locked', expirationDate: null } }, '2027-01-01')).toEqual(['lock']);
});
