import { z } from 'zod';
import { ApiError } from '../api-error';
import { attributesSizeBytes, complaintAbout, messageAttribute } from '../message-attributes';
import { valuesByName } from '../query-protocol';
import type { Publication } from './delivery';
import { invalidParameter, invalidValue } from './errors';
import { listOfMembers, operation, queryTree, topicByArn, type SnsOperation } from './operation';

/** SNS API reference, Publish: 256 KiB, unlike SQS; for a batch together. */
const MAX_MESSAGE_BYTES = 262_144;
const MAX_ENTRIES = 10;

const publication = {
  Message: z.string(),
  Subject: z
    .string()
    .regex(/^[^\p{Cc}]{1,100}$/u, 'must have 1 to 100 characters and no line breaks')
    .optional(),
  MessageAttributes: z
    .strictObject({ entry: queryTree })
    .transform(({ entry }) => valuesByName(entry))
    .pipe(z.record(z.string(), messageAttribute))
    .optional(),
};

const sizeBytes = ({ message, attributes = {} }: Publication): number =>
  Buffer.byteLength(message) + attributesSizeBytes(attributes);

/** @throws ApiError for what no topic takes */
function readPublication(input: z.output<z.ZodObject<typeof publication>>): Publication {
  const { Message: message, Subject: subject, MessageAttributes: attributes } = input;
  if (message === '') throw invalidParameter('Empty message');
  const complaint = complaintAbout(attributes ?? {});
  if (complaint !== null) throw invalidValue(complaint);
  return { message, subject, attributes };
}

/** The owner's own calls need no topic policy, so none is looked at here. */
const publish = operation(
  z.strictObject({ TopicArn: z.string().optional(), TargetArn: z.string().optional(), ...publication }),
  (services, input, request) => {
    const topic = topicByArn(services, input.TopicArn ?? input.TargetArn ?? '', request);
    const published = readPublication(input);
    if (sizeBytes(published) > MAX_MESSAGE_BYTES) throw invalidParameter('Message too long');
    const { messageId, delivered } = services.delivery.publish(topic.name, published);
    request.note({ count: delivered });
    return { MessageId: messageId };
  },
);

/** An entry that no topic takes refuses the batch as a whole. */
const publishBatch = operation(
  z.strictObject({
    TopicArn: z.string(),
    PublishBatchRequestEntries: listOfMembers(z.array(z.strictObject({ Id: z.string(), ...publication }))),
  }),
  (services, { TopicArn: arn, PublishBatchRequestEntries: entries }, request) => {
    const topic = topicByArn(services, arn, request);
    checkEntryIds(entries.map(({ Id }) => Id));
    const publications = entries.map((entry) => ({ id: entry.Id, publication: readPublication(entry) }));
    if (publications.reduce((sum, entry) => sum + sizeBytes(entry.publication), 0) > MAX_MESSAGE_BYTES) {
      throw new ApiError(
        'BatchRequestTooLong',
        400,
        'The length of all the messages put together is more than the limit.',
      );
    }
    request.note({ count: entries.length });
    const member = publications.map((entry) => ({
      Id: entry.id,
      MessageId: services.delivery.publish(topic.name, entry.publication).messageId,
    }));
    return { Successful: { member }, Failed: '' };
  },
);

function checkEntryIds(ids: readonly string[]): void {
  if (ids.length === 0) {
    throw new ApiError('EmptyBatchRequest', 400, "The batch request doesn't contain any entries.");
  }
  if (ids.length > MAX_ENTRIES) {
    throw new ApiError(
      'TooManyEntriesInBatchRequest',
      400,
      'The batch request contains more entries than permissible.',
    );
  }
  const invalid = ids.find((id) => !/^[A-Za-z0-9_-]{1,80}$/.test(id));
  if (invalid !== undefined) {
    const complaint = invalid.length > 80 ? 'is too long' : 'contains an impermissible character';
    throw new ApiError(
      'InvalidBatchEntryId',
      400,
      `The Id of a batch entry in the batch request ${complaint}: ${invalid}`,
    );
  }
  if (new Set(ids).size < ids.length) {
    throw new ApiError('BatchEntryIdsNotDistinct', 400, 'Two or more batch entries in the request have the same Id.');
  }
}

export const PUBLISH_OPERATIONS: ReadonlyMap<string, SnsOperation> = new Map([
  ['Publish', publish],
  ['PublishBatch', publishBatch],
]);
