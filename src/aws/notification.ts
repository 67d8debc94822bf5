import { z } from 'zod';
import { parseJobDescription } from '../ids';
import type { JobNotice } from '../wire/job';

/** Glacier's job object as it arrives; everything that is not needed may be missing, null or new. */
const job = z.object({
  JobId: z.string().min(1).max(200),
  JobDescription: z.string().max(2_000).nullish(),
  Completed: z.literal(true),
  StatusCode: z.enum(['Succeeded', 'Failed']),
  StatusMessage: z.string().nullish(),
});
const envelope = z.object({ Type: z.literal('Notification'), Message: z.string() });

/** What a queue's message means to us. */
export type Announcement =
  | { readonly kind: 'notice'; readonly workflowId: string; readonly notice: JobNotice }
  /** A job that somebody else has started: nothing to do. */
  | { readonly kind: 'foreign' }
  /** Not Glacier's form: for the dead-letter queue. */
  | { readonly kind: 'malformed' };

const MOST_MESSAGE_CHARS = 500;

/**
 * Reads an SQS body: SNS's envelope around Glacier's job object, or the bare object of a raw subscription.
 * Source: "Configuring Vault Notifications" of the Glacier developer guide.
 */
export function readAnnouncement(body: string): Announcement {
  const outer = parseJson(body);
  const wrapped = envelope.safeParse(outer);
  const parsed = job.safeParse(wrapped.success ? parseJson(wrapped.data.Message) : outer);
  if (!parsed.success) return { kind: 'malformed' };
  const { JobId, JobDescription, StatusCode, StatusMessage } = parsed.data;
  const target = parseJobDescription(JobDescription);
  if (target === null) return { kind: 'foreign' };
  const message = (StatusMessage ?? '').slice(0, MOST_MESSAGE_CHARS);
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
