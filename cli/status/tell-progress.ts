import type { RunProgress } from '../../src/wire/progress';
import type { CliContext } from '../context';
import { averagePace } from './pace';
import { statusRecord } from './record';

/** What an order has led to: a sentence for people, or the record of `status` for programs. */
export async function tellProgress(
  { output, now }: CliContext,
  progress: RunProgress,
  sentence: string,
  isJson: boolean,
): Promise<void> {
  if (isJson) await output.json(statusRecord(progress, averagePace(progress, now()), now()));
  else await output.result(sentence);
}
