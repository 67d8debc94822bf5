import { ApiError } from '../api-error';

/**
 * Names and numbers are those of the SQS service model (`awsQueryError` gives the name in the Query protocol). The
 * names that the model lacks, and most of the messages, are those of recorded answers of AWS.
 */
const sqsError = (code: string, status: number, message: string, queryCode?: string): ApiError =>
  new ApiError(code, status, message, queryCode ?? `AWS.SimpleQueueService.${code}`);

export const queueDoesNotExist = (): ApiError =>
  sqsError('QueueDoesNotExist', 400, 'The specified queue does not exist.', 'AWS.SimpleQueueService.NonExistentQueue');

export const queueNameExists = (attribute: string): ApiError =>
  sqsError(
    'QueueNameExists',
    400,
    `A queue already exists with the same name and a different value for attribute ${attribute}`,
    'QueueAlreadyExists',
  );

export const invalidAttributeName = (name: string): ApiError =>
  sqsError('InvalidAttributeName', 400, `Unknown Attribute ${name}.`, 'InvalidAttributeName');

export const invalidAttributeValue = (name: string, reason: string): ApiError =>
  sqsError(
    'InvalidAttributeValue',
    400,
    `Invalid value for the parameter ${name}. Reason: ${reason}.`,
    'InvalidAttributeValue',
  );

export const INVALID_PARAMETER = 'InvalidParameterValueException';

export const invalidParameter = (message: string): ApiError =>
  sqsError(INVALID_PARAMETER, 400, message, 'InvalidParameterValue');

export const invalidValue = (parameter: string, value: unknown, reason: string): ApiError =>
  invalidParameter(
    `Value ${typeof value === 'string' ? value : JSON.stringify(value)} for parameter ${parameter} is invalid. Reason: ${reason}.`,
  );

export const missingParameter = (parameter: string): ApiError =>
  sqsError(
    'MissingRequiredParameterException',
    400,
    `The request must contain the parameter ${parameter}.`,
    'MissingParameter',
  );

export const queueDeletedRecently = (): ApiError =>
  sqsError(
    'QueueDeletedRecently',
    400,
    'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
  );

export const purgeInProgress = (queue: string): ApiError =>
  sqsError('PurgeQueueInProgress', 403, `Only one PurgeQueue operation on ${queue} is allowed every 60 seconds.`);

export const overLimit = (message: string): ApiError => sqsError('OverLimit', 403, message, 'OverLimit');

export const receiptHandleIsInvalid = (handle: string): ApiError =>
  sqsError(
    'ReceiptHandleIsInvalid',
    404,
    `The input receipt handle "${handle}" is not a valid receipt handle.`,
    'ReceiptHandleIsInvalid',
  );

export const messageNotInflight = (): ApiError =>
  sqsError('MessageNotInflight', 400, 'The specified message is not in flight.');

export const invalidMessageContents = (): ApiError =>
  sqsError(
    'InvalidMessageContents',
    400,
    'The message contains characters outside the allowed set.',
    'InvalidMessageContents',
  );

export const emptyBatch = (): ApiError =>
  sqsError('EmptyBatchRequest', 400, 'There should be at least one entry in the request.');

export const tooManyEntries = (count: number): ApiError =>
  sqsError(
    'TooManyEntriesInBatchRequest',
    400,
    `Maximum number of entries per request are 10. You have sent ${count}.`,
  );

export const entryIdsNotDistinct = (): ApiError =>
  sqsError('BatchEntryIdsNotDistinct', 400, 'Two or more batch entries in the request have the same Id.');

export const invalidEntryId = (): ApiError =>
  sqsError(
    'InvalidBatchEntryId',
    400,
    'A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.',
  );

export const batchTooLong = (sizeBytes: number): ApiError =>
  sqsError(
    'BatchRequestTooLong',
    400,
    `Batch requests cannot be longer than 1048576 bytes. You have sent ${sizeBytes} bytes.`,
  );
