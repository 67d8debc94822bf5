import type { SearchAttributePair } from '@temporalio/common';
import { upsertSearchAttributes } from '@temporalio/workflow';
import { GLACIER_RUN, GLACIER_VAULT, TRANSFER_STATE } from '../src/domain/search-attributes';
import type { RunState } from '../src/wire/progress';
import type { RunSettings } from '../src/wire/request';

const attributes = (settings: RunSettings): SearchAttributePair[] => [
  { key: GLACIER_VAULT, value: settings.vault },
  { key: GLACIER_RUN, value: settings.run },
];

/** Options of a child; none on a server without our attributes, which would reject it. */
export const searchAttributesOf = (settings: RunSettings): { typedSearchAttributes?: SearchAttributePair[] } =>
  settings.searchAttributes ? { typedSearchAttributes: attributes(settings) } : {};

/** Makes the run searchable by vault, name and state. */
export function showState(settings: RunSettings, state: RunState): void {
  if (settings.searchAttributes)
    upsertSearchAttributes([...attributes(settings), { key: TRANSFER_STATE, value: state }]);
}

/** Makes a series searchable by name and state. */
export const showSeriesState = (name: string, state: RunState): void =>
  upsertSearchAttributes([
    { key: GLACIER_RUN, value: name },
    { key: TRANSFER_STATE, value: state },
  ]);
