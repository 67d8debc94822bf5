import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseFileOf, DevSettingsError, loadDevSettings } from './dev-settings';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dev-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function problemsOf(yaml: string): string {
  const file = join(folder, 'temporal-dev.yaml');
  writeFileSync(file, yaml);
  try {
    loadDevSettings(file);
  } catch (error) {
    if (error instanceof DevSettingsError) return error.message;
    throw error;
  }
  return 'none';
}

test('the file of the package is right', () => {
  expect(loadDevSettings()).toMatchObject({
    port: 7233,
    uiPort: 8233,
    httpPort: 6668,
    metricsPort: 6669,
    namespace: 'default',
    retentionDays: 90,
    searchAttributes: { GlacierVault: 'Keyword', GlacierRun: 'Keyword', TransferState: 'Keyword' },
    dynamicConfig: { 'matching.enableFairness': true },
    sqlitePragmas: { journal_mode: 'WAL', synchronous: 'NORMAL' },
  });
});

test('the database is the user’s data, and XDG_DATA_HOME moves it', () => {
  process.env['XDG_DATA_HOME'] = '/volume1/data';
  expect(databaseFileOf(loadDevSettings())).toBe('/volume1/data/glacier-transfer/temporal.db');
  delete process.env['XDG_DATA_HOME'];
  expect(databaseFileOf(loadDevSettings())).toMatch(/\/\.local\/share\/glacier-transfer\/temporal\.db$/);
});

test('every problem is in one message', () => {
  const message = problemsOf(`
port: 70000
uiPort: none
httpPort: 7243
metricsPort: 6669
namespace: default
retentionDays: 1
searchAttributes: { GlacierVault: Keyword }
dynamicConfig: { 'no spaces': true }
sqlitePragmas: {}
databaseFile: temporal.db
logLevel: loud
colour: red
`);
  for (const field of [
    'port:',
    'uiPort:',
    'httpPort: must be a port that browsers do not connect to: 6665, 6666,',
    'retentionDays: must be 30 days or more',
    'searchAttributes: must hold',
  ])
    expect(message).toContain(`- ${field}`);
  for (const field of [
    'dynamicConfig.no spaces:',
    'databaseFile: must be an absolute path',
    'logLevel:',
    'Unrecognized key: "colour"',
  ])
    expect(message).toContain(`- ${field}`);
  expect(message).not.toContain('namespace');
});

test('broken YAML and a missing file are told as such', () => {
  expect(problemsOf('port: [1')).toMatch(/cannot be used:\n {2}- .+at line 1/);
  expect(() => loadDevSettings(join(folder, 'none.yaml'))).toThrow(/none\.yaml cannot be used:\n {2}- ENOENT/);
});
