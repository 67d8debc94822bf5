import { Teardown } from './teardown';

test('stops the last one first, and the rest even if one fails', async () => {
  const stopped: string[] = [];
  const teardown = new Teardown();
  teardown.add('the server', () => stopped.push('server'));
  teardown.add('the sandbox', () => {
    throw new Error('stuck');
  });
  teardown.add('the workers', async () => stopped.push('workers'));

  await expect(teardown.run()).rejects.toThrow('could not stop the sandbox: Error: stuck');
  expect(stopped).toEqual(['workers', 'server']);
  await expect(teardown.run()).resolves.toBeUndefined();
});
