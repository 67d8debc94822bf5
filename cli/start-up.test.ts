import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../src/temporal/paths';

const MAIN = join(packageRoot, 'dist/cli/main.js');
const HEAVY = /^(@temporalio|@aws-sdk|@smithy|@duckdb|@swc|protobufjs|zod|pino)(\/|$)/;
/** Prints the files that the process has loaded, after everything else it prints. */
const LIST_LOADED = `process.on('exit', () => console.log('\\n' + JSON.stringify(Object.keys(require.cache))));`;

let folder: string;
let listLoaded: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'start-up-'));
  listLoaded = join(folder, 'list-loaded.cjs');
  await writeFile(listLoaded, LIST_LOADED);
});

afterAll(() => rm(folder, { recursive: true }));

/** The packages that one call of the compiled program loads. */
async function loadedPackages(...args: readonly string[]): Promise<readonly string[]> {
  const { stdout } = await promisify(execFile)(process.execPath, ['-r', listLoaded, MAIN, ...args]);
  const files = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as readonly string[];
  const packages = files.flatMap((file) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(packages)];
}

test.each(['--version', '--help'])(
  'glacier-transfer %s loads no Temporal, AWS, DuckDB or swc module',
  async (option) => {
    const packages = await loadedPackages(option);
    expect(packages).toContain('commander');
    expect(packages.filter((name) => HEAVY.test(name))).toEqual([]);
  },
);

test('the list of loaded modules names the SDKs that a command needs', async () => {
  expect(await loadedPackages('start', '--help')).toEqual(expect.arrayContaining(['@temporalio/client']));
});
