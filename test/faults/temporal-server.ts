import { startDevServer } from '../../src/temporal/dev-server';
import { loadDevSettings } from '../../src/temporal/dev-settings';
import { findExecutable } from '../../src/temporal/temporal-cli-executable';

/** Runs `work` beside a Temporal server of its own, in memory, which TEMPORAL_ADDRESS names. */
export async function withTemporal(work: () => Promise<void>): Promise<void> {
  const executable = await findExecutable((line) => console.error(line));
  const settings = loadDevSettings();
  const server = await startDevServer({ executable, settings, port: 0, databaseFile: null, headless: true });
  process.env['TEMPORAL_ADDRESS'] = server.address;
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  try {
    await work();
  } finally {
    await server.stop();
  }
}
