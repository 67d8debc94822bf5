import { loadDevSettings } from './dev-settings';
import { startDevServer } from './dev-server';
test('try', async () => {
  const settings = loadDevSettings();
  let t = Date.now();
  const s = await startDevServer({
    executable: '/tmp/h5/temporal',
    settings,
    port: 0,
    databaseFile: null,
    headless: true,
  });
  console.log(Date.now() - t, s);
  t = Date.now();
  await s.stop();
  console.log(Date.now() - t);
  t = Date.now();
  const d = await startDevServer({ executable: '/tmp/h5/temporal', settings, databaseFile: '/tmp/h5/y/temporal.db' });
  console.log(Date.now() - t, d);
  t = Date.now();
  await startDevServer({ executable: '/tmp/h5/temporal', settings, databaseFile: '/tmp/h5/y/temporal.db' }).catch((e) =>
    console.log(Date.now() - t, e.message),
  );
  await startDevServer({ executable: '/tmp/h5/tempo', settings, databaseFile: null }).catch((e) =>
    console.log(Date.now() - t, e.message),
  );
  await d.stop();
}, 60000);
