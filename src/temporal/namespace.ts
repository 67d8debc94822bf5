import type { Connection } from '@temporalio/client';
import { google, temporal } from '@temporalio/proto';
import type { DevSettings } from './dev-settings';

const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;
const SECONDS_PER_DAY = 86_400;

/**
 * Gives the namespace the retention and the search attributes of the settings. The server's own options set
 * attributes only when it creates its database, and have nothing for retention; this may be repeated at any time.
 */
export async function configureNamespace(connection: Connection, settings: DevSettings): Promise<void> {
  const { namespace } = settings;
  await connection.workflowService.updateNamespace({
    namespace,
    config: {
      workflowExecutionRetentionTtl: google.protobuf.Duration.fromObject({
        seconds: settings.retentionDays * SECONDS_PER_DAY,
      }),
    },
  });
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const missing = Object.keys(settings.searchAttributes).filter((name) => !(name in customAttributes));
  if (missing.length === 0) return;
  await connection.operatorService.addSearchAttributes({
    namespace,
    searchAttributes: Object.fromEntries(missing.map((name) => [name, KEYWORD])),
  });
}
