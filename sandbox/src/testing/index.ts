/** Helpers for tests of programs that use Glacier: SDK clients, a manual clock, generated names and contents. */
export { type DrawKey, drawKey, Draws } from '../draws';
export { describeFile } from '../glacier/seeding/names/description';
export { NAME_STYLES } from '../glacier/seeding/names/styles';
export { VirtualContent } from '../glacier/virtual/content';
export { ACCOUNT_ID, type MessagingServer, REGION, startMessagingServer } from './messaging-server';
export { ManualClock } from './manual-clock';
export * from './sandbox-clients';
