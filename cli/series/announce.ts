import type { SeriesRequest } from '../../src/wire/series';
import { renderTable, formatBytes, formatCount } from '../text/format';
import type { AllVaults, VaultFacts } from './find-vaults';

/** What is about to be started: each vault with its destination and its size, and what is left out. */
export function announcement({ vaults, order }: SeriesRequest, { found, empty, unlisted }: AllVaults): string {
  const rows = vaults.map(({ run, request: { vault, bucket, prefix = '' } }, position) => [
    vault,
    run,
    `s3://${bucket}/${prefix}`,
    ...sizeOf(found[position]),
  ]);
  return [
    ...renderTable(
      [
        { title: 'vault', align: 'left' },
        { title: 'run', align: 'left' },
        { title: 'to', align: 'left' },
        { title: 'archives', align: 'right' },
        { title: 'size', align: 'right' },
      ],
      [...rows, ['total', '', '', ...totalOf(found)]],
    ),
    '',
    `Archives and sizes, with Glacier's overhead, are those of its last inventories. The vaults are moved ${order === 'parallel' ? 'in parallel' : 'one at a time'}.`,
    ...(empty.length === 0 ? [] : [`Left out, since their inventories are empty: ${empty.join(', ')}.`]),
    ...(unlisted.length === 0
      ? []
      : [
          `Left out, since Glacier has no inventory of them yet: ${unlisted.join(', ')}. It makes one about a day after ` +
            'the first upload; start them then.',
        ]),
    '',
  ].join('\n');
}

function sizeOf(facts: VaultFacts | undefined): readonly string[] {
  if (facts === undefined || facts.inventoryDate === null) return ['not known', ''];
  return [formatCount(facts.archives), formatBytes(facts.bytes)];
}

const totalOf = (vaults: readonly VaultFacts[]): readonly string[] => [
  formatCount(vaults.reduce((sum, { archives }) => sum + archives, 0)),
  formatBytes(vaults.reduce((sum, { bytes }) => sum + BigInt(bytes), 0n)),
];

/** `start --json` of several vaults. */
export const startedSeriesRecord = (name: string, request: SeriesRequest, all: AllVaults, attached: boolean) => ({
  message_type: 'series_started' as const,
  series: name,
  order: request.order ?? null,
  /** They were there already. */
  attached,
  vaults: request.vaults.map(({ run, request: { vault, bucket, prefix = '' } }, position) => ({
    vault,
    run,
    bucket,
    prefix,
    archives: all.found[position]?.archives ?? null,
    bytes: all.found[position]?.bytes ?? null,
    inventory_date: all.found[position]?.inventoryDate ?? null,
  })),
  left_out: [
    ...all.empty.map((vault) => ({ vault, reason: 'empty' })),
    ...all.unlisted.map((vault) => ({ vault, reason: 'no-inventory' })),
  ],
});

export const startedSeriesText = (name: string, begun: 'begun' | 'attached', webUi: string | null): string =>
  [
    begun === 'begun'
      ? `The vaults are on their way under the name ${name}; each is a run of its own.`
      : `These very vaults were started as ${name} already; nothing was started.`,
    `Look:    glacier-transfer status ${name} --watch`,
    `Cancel:  glacier-transfer cancel ${name}`,
    ...(webUi === null ? [] : [`Web UI:  ${webUi}`]),
  ].join('\n');
