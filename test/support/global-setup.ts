import { startDevServer, type DevServer } from '../../src/temporal/dev-server';
import { loadDevSettings } from '../../src/temporal/dev-settings';
import { findExecutable } from '../../src/temporal/temporal-cli-executable';
import { cachedParentBundle, cachedWorkflowBundle } from './bundle-cache';

declare global {
  var temporalServer: DevServer | undefined;
}

/** One Temporal server and one workflow bundle for all test files. The user's own server is not touched. */
export default async function globalSetup(): Promise<void> {
  for (const name of Object.keys(process.env)) if (name.startsWith('TEMPORAL_')) delete process.env[name];
  process.env['TEMPORAL_CONFIG_FILE'] = '/nowhere/temporal.toml';
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const [server, bundle, parentBundle] = await Promise.all([
    startServer(),
    cachedWorkflowBundle(),
    cachedParentBundle(),
  ]);
  globalThis.temporalServer = server;
  process.env['TEMPORAL_ADDRESS'] = server.address;
  process.env['WORKFLOW_BUNDLE'] = bundle;
  process.env['PARENT_BUNDLE'] = parentBundle;
}

async function startServer(): Promise<DevServer> {
  const executable = await findExecutable((line) => console.error(line));
  return startDevServer({ executable, settings: loadDevSettings(), port: 0, databaseFile: null, headless: true });
}
