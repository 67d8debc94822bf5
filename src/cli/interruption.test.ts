import { aborted, listenForInterruption } from './interruption';

test('the first signal asks for an orderly end, another one changes nothing, the same again ends the process', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as () => never);
  const interruption = listenForInterruption();
  expect(interruption.signal.aborted).toBe(false);

  process.emit('SIGINT', 'SIGINT');
  await aborted(interruption.signal);
  process.emit('SIGTERM', 'SIGTERM');
  expect(exit).not.toHaveBeenCalled();

  process.emit('SIGINT', 'SIGINT');
  expect(exit).toHaveBeenCalledWith(130);
  interruption.dispose();
  exit.mockRestore();
});

test('afterwards Node has its signals back', () => {
  const before = process.listenerCount('SIGTERM');
  const interruption = listenForInterruption();
  expect(process.listenerCount('SIGTERM')).toBe(before + 1);
  interruption.dispose();
  expect(process.listenerCount('SIGTERM')).toBe(before);
});
