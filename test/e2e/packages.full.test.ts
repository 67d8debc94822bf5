import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { packageRoot } from '../../src/temporal/paths';
import { VERSION } from '../../src/version';

const SANDBOX = `glacier-sandbox-${VERSION}.tgz`;
const PRODUCT = `glacier-transfer-${VERSION}.tgz`;
const NO_REGISTRY = /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ERR_SOCKET_TIMEOUT|network/;

jest.setTimeout(600_000);

/** Without what `npm test` sets for its children: it would lead npm back to this project. */
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(npm_|AWS_|TEMPORAL_)/i.test(name)));

async function run(folder: string, command: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, { cwd: folder, env });
  return stdout;
}

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'packages-'));
  for (const folder of ['.', './sandbox']) {
    await run(packageRoot, 'npm', 'pack', '--ignore-scripts', '--pack-destination', root, folder);
  }
});
afterAll(() => rm(root, { recursive: true }));

/** Installs tarballs into an empty folder; null, with the reason on standard error, where npm cannot be reached. */
async function installed(name: string, ...tarballs: readonly string[]): Promise<string | null> {
  const folder = join(root, name);
  await mkdir(folder);
  try {
    const paths = tarballs.map((tarball) => join(root, tarball));
    await run(folder, 'npm', 'install', '--prefer-offline', '--no-audit', '--no-fund', ...paths);
    return folder;
  } catch (error) {
    if (!NO_REGISTRY.test(String((error as { readonly stderr?: string }).stderr))) throw error;
    process.stderr.write('Skipped: the npm registry cannot be reached, so the packages cannot be installed\n');
    return null;
  }
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

const UNWANTED =
  /\.test\.|\.tsbuildinfo$|\.map$|^dist\/(test|scripts|conformance)\/|\/sample-|^dist\/src\/\w+\/testing\//;

test('glacier-sandbox runs from its package, installed alone in an empty folder', async () => {
  const folder = await installed('alone', SANDBOX);
  if (folder === null) return;
  const unpacked = join(folder, 'node_modules/glacier-sandbox');
  const files = await filesOf(unpacked);
  expect(files).toEqual(
    expect.arrayContaining(['LICENSE', 'README.md', 'dist/src/index.d.ts', 'dist/src/testing/index.d.ts']),
  );
  expect(files.filter((file) => UNWANTED.test(file))).toEqual([]);
  expect(await run(folder, 'npx', '--no-install', 'glacier-sandbox', '--version')).toBe(`${VERSION}\n`);

  const program = join(folder, 'node_modules/.bin/glacier-sandbox');
  const sandbox = spawn(program, ['--data', 'data', '--faults', join(unpacked, 'examples/faults.yaml')], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exit = once(sandbox, 'exit');
  let endpoint = '';
  for await (const line of createInterface(sandbox.stdout)) {
    endpoint = /^export AWS_ENDPOINT_URL=(.*)$/.exec(line)?.[1] ?? '';
    if (endpoint !== '') break;
  }
  const seed = ['seed', 'photos', '--spec', join(unpacked, 'examples/seed.yaml')];
  const seeded = await promisify(execFile)(program, seed, { cwd: folder, env: { ...env, AWS_ENDPOINT_URL: endpoint } });
  expect(seeded.stdout).toMatch(/^Added 1000 archives to photos/);
  sandbox.kill('SIGINT');
  expect(await exit).toEqual([0, null]);
});

test('glacier-transfer runs the demo from its package, installed with glacier-sandbox in an empty folder', async () => {
  const folder = await installed('both', SANDBOX, PRODUCT);
  if (folder === null) return;
  const files = await filesOf(join(folder, 'node_modules/glacier-transfer'));
  expect(files).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'README.md',
      'dist/workflow-bundle.js',
      'dist/workflow-bundle-codec.js',
      'docs/commands.md',
      'temporal-dev.yaml',
    ]),
  );
  expect(files.filter((file) => UNWANTED.test(file))).toEqual([]);
  await run(folder, process.execPath, '-e', "require('glacier-sandbox/testing')");

  await mkdir(join(folder, 'files'));
  await writeFile(join(folder, 'files', 'film.mov'), 'film');
  const demo = await run(folder, 'npx', '--no-install', 'glacier-transfer', 'demo', '--exit', '--from', 'files');
  expect(demo).toContain('1 equal, 0 different');
});
