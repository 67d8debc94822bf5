import { attributesSizeBytes, complaintAbout, type MessageAttributes } from '../message-attributes';
import { invalidMessageContents, invalidParameter, missingParameter } from './errors';

/** What a sender puts into a message. */
export interface Contents {
  readonly body: string;
  readonly attributes?: MessageAttributes | undefined;
}

/** Characters that a message may hold (SQS API reference, SendMessage). */
const FORBIDDEN_CHARACTER = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;
const MAX_ATTRIBUTES = 10;

/** What counts against the size limits. */
export const sizeBytes = ({ body, attributes = {} }: Contents): number =>
  Buffer.byteLength(body) + attributesSizeBytes(attributes);

/** @throws ApiError for contents that are too long, or hold a forbidden character or attribute */
export function checkContents(contents: Contents, limitBytes: number): void {
  const { body, attributes = {} } = contents;
  if (body === '') throw missingParameter('MessageBody');
  const count = Object.keys(attributes).length;
  if (count > MAX_ATTRIBUTES) {
    throw invalidParameter(`Number of message attributes [${count}] exceeds the allowed maximum [${MAX_ATTRIBUTES}].`);
  }
  const complaint = complaintAbout(attributes);
  if (complaint !== null) throw invalidParameter(complaint);
  if (sizeBytes(contents) > limitBytes) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${limitBytes} bytes.`,
    );
  }
  if (FORBIDDEN_CHARACTER.test(body)) throw invalidMessageContents();
  if (Object.values(attributes).some(({ StringValue: text = '' }) => FORBIDDEN_CHARACTER.test(text))) {
    throw invalidParameter('A message attribute contains characters outside the allowed set.');
  }
}
