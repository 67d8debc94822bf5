import { defineSearchAttributeKey } from '@temporalio/common';

/**
 * The search attributes of our workflows: `temporal workflow list --query "GlacierVault = 'photos'"`.
 * Imports nothing but @temporalio/common, so that workflow code may use it.
 */
export const GLACIER_VAULT = defineSearchAttributeKey('GlacierVault', 'KEYWORD');
export const GLACIER_RUN = defineSearchAttributeKey('GlacierRun', 'KEYWORD');
export const TRANSFER_STATE = defineSearchAttributeKey('TransferState', 'KEYWORD');

export const SEARCH_ATTRIBUTES = [GLACIER_VAULT, GLACIER_RUN, TRANSFER_STATE] as const;
