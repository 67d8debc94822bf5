import { z } from 'zod';
import { jsonOrNull } from '../../json';
import { receiptHandleIsInvalid } from './errors';

/** One receipt of one message. */
interface Receipt {
  readonly messageId: string;
  /** 1 for the first receipt. */
  readonly reception: number;
}

const contents = z.tuple([z.string(), z.string(), z.number().int()]);

export const receiptHandle = (queue: string, { messageId, reception }: Receipt): string =>
  Buffer.from(JSON.stringify([queue, messageId, reception])).toString('base64url');

/** @throws ApiError ReceiptHandleIsInvalid for an invalid handle, or one of another queue */
export function readReceiptHandle(queue: string, handle: string): Receipt {
  const parsed = contents.safeParse(jsonOrNull(Buffer.from(handle, 'base64url').toString('utf8')));
  if (!parsed.success || parsed.data[0] !== queue) throw receiptHandleIsInvalid(handle);
  return { messageId: parsed.data[1], reception: parsed.data[2] };
}
