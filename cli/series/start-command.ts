import type { TransferRequest } from '../../src/wire/request';
import { withAws, withTemporal, type CliContext } from '../context';
import { usageError } from '../exit-codes';
import { defaultRunName } from '../parse/names';
import type { Destination } from '../parse/s3-url';
import { type SelectionOptions, warnOfOrder } from '../start/selection-options';
import { webUiOfRun } from '../web-ui';
import { describeVaults, listAllVaults, type AllVaults, type VaultFacts } from './find-vaults';
import { orderOf, type SeriesOptions } from './options';
import { announcement, startedSeriesRecord, startedSeriesText } from './announce';
import { seriesRequest } from './request';
import { Series } from './series';
import { startSeries } from './start-series';
import { watchSeries } from './watch-series';

interface Options extends SeriesOptions, SelectionOptions {
  readonly to: Destination;
  readonly run?: string;
  readonly wait?: true;
  readonly json?: true;
}

/** `start` with several vaults. */
export async function startVaults(
  context: CliContext,
  names: readonly string[],
  options: Options,
  requestOf: (vault: string, to: Destination) => TransferRequest,
): Promise<void> {
  const { output } = context;
  const name = options.run ?? defaultRunName('vaults', context.now());
  const vaults = await withAws(context, async (aws): Promise<AllVaults> => {
    if (options.allVaults === true) return await listAllVaults(aws);
    return { found: await describeVaults(aws, names), empty: [], unlisted: [] };
  });
  if (vaults.found.length === 0) throw usageError(nothingThere(vaults));
  const request = seriesRequest(name, namesOf(vaults.found), orderOf(options), options.to, requestOf);
  warnOfOrder(output, options);
  const json = options.json === true;
  await withTemporal(context, async (client) => {
    const announce = async (): Promise<void> => {
      if (!json) await output.result(announcement(request, vaults));
    };
    const begun = await startSeries(client, name, request, announce);
    const webUi = webUiOfRun(client, name);
    if (json) await output.json(startedSeriesRecord(name, request, vaults, begun === 'attached'));
    else await output.result(startedSeriesText(name, begun, webUi));
    if (options.wait === true) await watchSeries(context, new Series(client, name), { json, webUi });
  });
}

const namesOf = (vaults: readonly VaultFacts[]): readonly string[] => vaults.map(({ vault }) => vault);

function nothingThere({ empty, unlisted }: AllVaults): string {
  const known = empty.length + unlisted.length;
  if (known === 0) return 'This account has no vault in this Region. Nothing was started.';
  return `None of the ${known} vaults in this Region has an inventory with archives. Nothing was started.`;
}
