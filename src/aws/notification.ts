import { z } from 'zod';
import { parseJobDescription } from '../ids';
import type { JobNotification } from '../wire/job';
import { parseVaultArn, type ArnParts } from './arn';
import { topicArnOf } from './messaging-setup';

/** Glacier's job object; fields that are not needed may be missing, null or new. */
const job = z.object({
  JobId: z.string().regex(/^[A-Za-z0-9_-]{1,200}$/),
  VaultARN: z.string(),
  JobDescription: z.string().max(2_000).nullish(),
  Completed: z.literal(true),
  StatusCode: z.enum(['Succeeded', 'Failed']),
  StatusMessage: z.string().nullish(),
});
const envelope = z.object({ Type: z.literal('Notification'), TopicArn: z.string(), Message: z.string() });

/** What a message of the queue means. */
export type ParsedNotification =
  | { readonly kind: 'notice'; readonly workflowId: string; readonly notice: JobNotification }
  /** A job of another client: nothing to do. */
  | { readonly kind: 'foreign' }
  /** Not in Glacier's format, or not from our topic about a vault of this account: for the dead-letter queue. */
  | { readonly kind: 'malformed' };

/** Glacier's messages have about 3,000 characters including their envelope. */
const MAX_BODY_CHARS = 65_536;
const MAX_MESSAGE_CHARS = 500;

/**
 * Parses an SQS body: SNS's envelope around Glacier's job object, or only that object with raw message delivery.
 * Source: "Configuring Vault Notifications" of the Glacier developer guide.
 * @param account the account and Region of the queue
 */
export function parseNotification(body: string, account: Pick<ArnParts, 'region' | 'accountId'>): ParsedNotification {
  if (body.length > MAX_BODY_CHARS) return { kind: 'malformed' };
  const outer = parseJson(body);
  const wrapped = envelope.safeParse(outer);
  const parsed = job.safeParse(wrapped.success ? parseJson(wrapped.data.Message) : outer);
  if (!parsed.success) return { kind: 'malformed' };
  const { JobId, VaultARN, JobDescription, StatusCode, StatusMessage } = parsed.data;
  const vault = parseVaultArn(VaultARN);
  if (vault.region !== account.region || vault.accountId !== account.accountId) return { kind: 'malformed' };
  if (wrapped.success && wrapped.data.TopicArn !== topicArnOf(vault)) return { kind: 'malformed' };
  const target = parseJobDescription(JobDescription);
  if (target === null) return { kind: 'foreign' };
  const message = (StatusMessage ?? '').slice(0, MAX_MESSAGE_CHARS);
  return {
    kind: 'notice',
    workflowId: target.workflowId,
    notice: { index: target.index, jobId: JobId, status: StatusCode, message },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
