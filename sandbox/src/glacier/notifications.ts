import { type Glacier, requireTopic, requireVault } from './environment';
import { invalidParameter, missingParameter, notFound } from './errors';
import { type GlacierRequest, readJsonObject, type Reply, textMember } from './http';

const EVENTS = ['ArchiveRetrievalCompleted', 'InventoryRetrievalCompleted'];

export function getVaultNotifications(glacier: Glacier, { path }: GlacierRequest): Reply {
  const vault = requireVault(glacier, path.vault);
  if (vault.notifications === null) {
    throw notFound(`No notification configuration is set for vault: ${glacier.vaultArn(vault.name)}`);
  }
  return { status: 200, json: vault.notifications };
}

export function setVaultNotifications(glacier: Glacier, request: GlacierRequest): Reply {
  const { name } = requireVault(glacier, request.path.vault);
  const body = readJsonObject(request);
  const topicArn = textMember(body, 'SNSTopic');
  if (topicArn === null) throw missingParameter('SNSTopic');
  requireTopic(glacier, topicArn);
  const events: unknown = body['Events'] ?? null;
  if (!Array.isArray(events) || events.length === 0) throw missingParameter('Events');
  const unknownEvents = events.filter((event) => !EVENTS.includes(event as string));
  if (unknownEvents.length > 0) throw invalidParameter(`Invalid notification event: ${unknownEvents.join(', ')}`);

  const notifications = { Events: events as string[], SNSTopic: topicArn };
  glacier.store.record({ type: 'notifications-set', vault: name, notifications });
  return { status: 204 };
}

export function deleteVaultNotifications(glacier: Glacier, { path }: GlacierRequest): Reply {
  const vault = requireVault(glacier, path.vault);
  glacier.store.record({ type: 'notifications-set', vault: vault.name, notifications: null });
  return { status: 204 };
}
