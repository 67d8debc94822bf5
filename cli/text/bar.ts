import { Presets, SingleBar, type Options } from 'cli-progress';
import type { Stream } from '../output';

/** A progress bar on a terminal, which leaves nothing behind when it stops. */
export const barOn = (stream: Stream, options: Pick<Options, 'format' | 'formatValue'>): SingleBar =>
  new SingleBar(
    {
      stream,
      ...options,
      barsize: 24,
      fps: 10,
      linewrap: false,
      gracefulExit: false,
      clearOnComplete: true,
      emptyOnZero: true,
    },
    Presets.shades_classic,
  );
