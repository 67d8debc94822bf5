import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { downloadArchive, install, installedCli } from './install-cli';

let cache: string;
beforeEach(() => {
  cache = mkdtempSync(join(tmpdir(), 'install-cli-'));
});
afterEach(() => rmSync(cache, { recursive: true }));

const fetchText = (text: string) => async (scratch: string) => {
  writeFileSync(join(scratch, 'fetched'), text);
  return join(scratch, 'fetched');
};

test('what is fetched becomes an executable in the cache, and the scratch folder goes', async () => {
  await expect(install(cache, fetchText('cli'))).resolves.toBe(installedCli(cache));
  expect(readFileSync(installedCli(cache), 'utf8')).toBe('cli');
  expect(statSync(installedCli(cache)).mode & 0o777).toBe(0o755);
  expect(readdirSync(cache)).toEqual(['temporal-1.9.1']);
});

test('several at once do not disturb each other', async () => {
  await Promise.all(Array.from({ length: 5 }, () => install(cache, fetchText('cli'))));
  expect(readFileSync(installedCli(cache), 'utf8')).toBe('cli');
  expect(readdirSync(cache)).toEqual(['temporal-1.9.1']);
});

test('a failed fetch leaves nothing half done', async () => {
  await expect(install(cache, () => Promise.reject(new Error('cut')))).rejects.toThrow('cut');
  expect(readdirSync(join(cache, 'temporal-1.9.1'))).toEqual([]);
  expect(readdirSync(cache)).toEqual(['temporal-1.9.1']);
});

test('the archive of temporal.download is fetched and unpacked', async () => {
  writeFileSync(join(cache, 'temporal'), 'cli');
  const archive = execFileSync('tar', ['-czf', '-', '-C', cache, 'temporal']);
  rmSync(join(cache, 'temporal'));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end(request.method === 'HEAD' ? undefined : archive);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  const file = await downloadArchive(cache, `http://127.0.0.1:${port}`);
  server.close();
  server.closeAllConnections();

  expect(readFileSync(file, 'utf8')).toBe('cli');
  expect(asked[1]).toMatch(/^GET \/cli\/archive\/v1\.9\.1\?platform=(linux|darwin)&arch=(amd64|arm64)&format=tar\.gz$/);
});

test('a host that cannot be reached fails at the probe', async () => {
  await expect(downloadArchive(cache, 'http://127.0.0.1:1')).rejects.toThrow('fetch failed');
  expect(readdirSync(cache)).toEqual([]);
});
