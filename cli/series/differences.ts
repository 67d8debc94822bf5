import type { SeriesRequest } from '../../src/wire/series';
import { parseSeries } from '../../activities/check-series';
import { requestDifferences } from '../run-request';
import { safeText } from '../text/safe-text';

/** In what two series of this name differ once the defaults are filled in, each a part of a list; none for equal ones. */
export function seriesDifferences(name: string, existing: SeriesRequest, asked: SeriesRequest): readonly string[] {
  const [before, now] = [filledIn(name, existing), filledIn(name, asked)];
  const there = new Map(before.vaults.map(({ run, request }) => [run, request]));
  const here = new Map(now.vaults.map(({ run, request }) => [run, request]));
  return [
    ...(before.order === now.order ? [] : [`order (${shown(before.order)} there, ${shown(now.order)} here)`]),
    ...(JSON.stringify(before.pace) === JSON.stringify(now.pace)
      ? []
      : [`pace (${shown(before.pace)} there, ${shown(now.pace)} here)`]),
    ...[...there.keys()].filter((run) => !here.has(run)).map((run) => `${safeText(run)} (only there)`),
    ...[...here].flatMap(([run, request]) => {
      const other = there.get(run);
      if (other === undefined) return [`${run} (only here)`];
      return requestDifferences(other, request).map((difference) => `${run}: ${difference}`);
    }),
  ];
}

/** One that breaks a rule was never begun: it is compared as having nothing. */
function filledIn(name: string, request: SeriesRequest) {
  const parsed = parseSeries(name, request);
  return 'series' in parsed
    ? { ...parsed.series, vaults: request.vaults }
    : { order: undefined, pace: undefined, vaults: [] };
}

const shown = (value: unknown): string => (value === undefined ? 'none' : safeText(JSON.stringify(value)));
