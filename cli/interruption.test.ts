import { aborted, interrupt, listenForInterruption } from './interruption';

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

test('a command can be asked to end in order from inside, and a signal after it does not end the process', async () => {
  const exit = jest.spyOn(process, 'exit').mockImplementation((() => undefined) as () => never);
  const interruption = listenForInterruption();
  interrupt();
  await aborted(interruption.signal);
  process.emit('SIGTERM', 'SIGTERM');
  expect(exit).not.toHaveBeenCalled();
  interruption.dispose();
  exit.mockRestore();
});
