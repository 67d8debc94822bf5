import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from '../support/processes';

/** A documentation address (RFC 5737): no server answers there. */
const ELSEWHERE = { TEMPORAL_ADDRESS: '192.0.2.1:7233', AWS_REGION: 'us-east-1' };
const REJECTION = 'Temporal at 192.0.2.1:7233 is another machine and the connection would not be encrypted';
const COMMANDS = [
  'worker',
  'worker --role bridge',
  'start photos --to s3://bucket',
  'status run',
  'list run',
  'archive run key',
];

// The server of the other tests would come before a profile's.
beforeAll(() => {
  delete process.env['TEMPORAL_ADDRESS'];
});

test.each(COMMANDS)(
  'glacier-transfer %s does not connect to another machine without TLS',
  async (command) => {
    const { exitCode, stderr } = await runCommand(command.split(' '), ELSEWHERE);
    expect(stderr).toContain(REJECTION);
    expect(exitCode).toBe(7);
  },
  60_000,
);

test('a remote profile without TLS is rejected; one with TLS, or --insecure, is accepted', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  const file = join(folder, 'temporal.toml');
  await writeFile(
    file,
    '[profile.clear]\naddress = "192.0.2.1:7233"\n[profile.safe]\naddress = "127.0.0.1:1"\n[profile.safe.tls]\n',
  );
  const profile = (name: string) => ({ TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: name });
  expect(await runCommand(['worker'], profile('clear'))).toMatchObject({
    exitCode: 7,
    stderr: expect.stringContaining(REJECTION) as string,
  });
  for (const [args, name] of [
    [['worker'], 'safe'],
    [['--insecure', 'worker'], 'clear'],
  ] as const) {
    const { exitCode, stderr } = await runCommand(args, profile(name));
    expect(stderr).toMatch(/No Temporal server answers at/);
    expect(exitCode).toBe(5);
  }
  await rm(folder, { recursive: true });
}, 60_000);
