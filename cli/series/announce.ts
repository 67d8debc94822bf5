import type { SeriesRequest } from '../../src/wire/series';
import { renderTable, formatBytes, formatCount } from '../text/format';
import type { AllVaults, VaultFacts } from './find-vaults';
import { orderText } from './render';

/** What is about to be started: each vault with destination and size, and the vaults that are skipped. */
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
    `Archives and sizes (including Glacier's overhead) are from its last inventories. The vaults are moved ${orderText(order)}.`,
    ...(empty.length === 0 ? [] : [`Excluded because their inventories are empty: ${empty.join(', ')}.`]),
    ...(unlisted.length === 0
      ? []
      : [
          `Excluded because Glacier has no inventory of them yet: ${unlisted.join(', ')}. It creates one about a day ` +
            'after the first upload; start them then.',
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
  /** They already exist. */
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
      ? `Started the series ${name}; each vault is a separate run.`
      : `The series ${name} already exists with the same vaults; nothing was started.`,
    `Status:  glacier-transfer status ${name} --watch`,
    `Cancel:  glacier-transfer cancel ${name}`,
    ...(webUi === null ? [] : [`Web UI:  ${webUi}`]),
  ].join('\n');
