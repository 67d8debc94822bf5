import type { RunProgress } from '../../src/wire/progress';
import { testCli, Written } from '../testing';
import type { ProgressView } from './follow';
import type { Throughput } from './throughput';
import { statusRecord } from './record';
import { sampleProgress } from './sample-progress';
import { chooseView } from './views';

const throughput: Throughput = { bytesPerSecond: null, remainingMs: null };
const showAll = async (view: ProgressView, looks: readonly RunProgress[]): Promise<void> => {
  for (const look of looks) await view.show(look, throughput);
  view.close();
};

test('without a terminal, only a change of state is worth a line before a minute is over', async () => {
  const { context, stdout } = testCli();
  await showAll(chooseView(context.output, null), [
    sampleProgress({ state: 'inventory' }),
    sampleProgress({ state: 'inventory' }),
    sampleProgress(),
    sampleProgress({ state: 'completed' }),
  ]);
  expect(stdout.text.split('\n').map((line) => line.split(':')[0])).toEqual([
    'photos-1 is waiting for the inventory of the vault',
    'photos-1 is moving archives',
    '',
  ]);
});

test('JSON Lines: every look is a line, trouble goes to standard error', async () => {
  const { context, stdout, stderr } = testCli();
  const view = chooseView<RunProgress>(context.output, (progress, throughput) =>
    statusRecord(progress, throughput, new Date()),
  );
  view.trouble('no worker\u0007');
  await showAll(view, [sampleProgress(), sampleProgress()]);
  const lines = stdout.text.trimEnd().split('\n');
  expect(lines.map((line) => (JSON.parse(line) as { message_type: string }).message_type)).toEqual([
    'status',
    'status',
  ]);
  expect(stderr.text).toBe('no worker\uFFFD\n');
});

test('on a terminal there is a bar, unless the terminal is a dumb one', async () => {
  const terminal = Object.assign(new Written(), { isTTY: true, cursorTo: () => true, clearLine: () => true });
  await showAll(chooseView(testCli({ env: { TERM: 'dumb' } }).context.output, null, terminal), [sampleProgress()]);
  expect(terminal.text).toMatch(/^photos-1 is moving archives: .*\n$/);

  terminal.text = '';
  const bar = chooseView(testCli().context.output, null, terminal);
  expect(terminal.text).toContain('\u2591\u2591\u2591');
  await showAll(bar, [sampleProgress()]);
});
