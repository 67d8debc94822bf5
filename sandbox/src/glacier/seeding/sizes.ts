import type { Draws } from '../../draws';
import type { SizeChoice } from './seed-spec';

/** The size of an archive, in bytes. Only arithmetic that is exact on every machine, so no `Math.log`. */
export function drawSize(choices: readonly SizeChoice[], draws: Draws): number {
  const choice = draws.pickByWeight(choices);
  const { fromBytes, toBytes, spread } = choice;
  switch (spread) {
    case 'uniform':
      return fromBytes + draws.below(toBytes - fromBytes + 1);
    case 'log-uniform':
      return onLogScale(choice, draws.fraction());
    case 'log-normal':
      // The mean of four: nearly normal, with both ends at three and a half standard deviations.
      return onLogScale(choice, (draws.fraction() + draws.fraction() + draws.fraction() + draws.fraction()) / 4);
  }
}

/** The size that lies a fraction of the way from `fromBytes` to `toBytes` on a logarithmic scale. */
function onLogScale({ fromBytes, toBytes }: SizeChoice, fraction: number): number {
  const from = scale(fromBytes);
  const sizeBytes = Math.floor(unscale(from + fraction * (scale(toBytes + 1) - from)));
  return Math.min(Math.max(sizeBytes, fromBytes), toBytes);
}

/** The binary logarithm at powers of two, and straight between them. */
function scale(bytes: number): number {
  let octave = 0;
  let rest = bytes;
  for (; rest >= 2; rest /= 2) octave++;
  return octave + rest - 1;
}

function unscale(scaled: number): number {
  const octave = Math.floor(scaled);
  return 2 ** octave * (1 + scaled - octave);
}
