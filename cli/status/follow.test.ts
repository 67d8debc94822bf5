import type { RunProgress } from '../../src/wire/progress';
import { CliError, ExitCode, usageError } from '../exit-codes';
import { follow, type ProgressView } from './follow';
import { sampleProgress } from './sample-progress';

class RecordingView implements ProgressView {
  readonly intervalMs = 0;
  readonly shown: string[] = [];
  closed = 0;

  async show(progress: RunProgress): Promise<void> {
    this.shown.push(progress.state);
  }
  trouble(message: string): void {
    this.shown.push(message);
  }
  close(): void {
    this.closed += 1;
  }
}

const answers = (...steps: readonly (RunProgress | Error)[]) => {
  const queue = [...steps];
  return {
    progress: async (): Promise<RunProgress> => {
      const step = queue.shift();
      if (step instanceof CliError) throw step;
      return step as RunProgress;
    },
  };
};
const never = new AbortController().signal;

test('a run is shown until its end, and passing trouble does not end the watch', async () => {
  const view = new RecordingView();
  const run = answers(
    sampleProgress(),
    new CliError('No worker answered.', ExitCode.Temporary),
    sampleProgress({ state: 'paused' }),
    sampleProgress({ state: 'completed' }),
  );
  expect(await follow(run, view, never)).toBe('ended');
  expect(view.shown).toEqual(['transferring', 'No worker answered.', 'paused', 'completed']);
  expect(view.closed).toBe(1);
});

test('an unknown run ends the watch', async () => {
  const view = new RecordingView();
  await expect(follow(answers(usageError('no such run')), view, never)).rejects.toThrow('no such run');
  expect(view.closed).toBe(1);
});

test('Ctrl-C ends the watch at once, even while an answer is awaited', async () => {
  const stop = new AbortController();
  const view = new RecordingView();
  const hanging = { progress: () => new Promise<RunProgress>(() => stop.abort()) };
  expect(await follow(hanging, view, stop.signal)).toBe('detached');
  expect(view.shown).toEqual([]);
  expect(view.closed).toBe(1);
});
