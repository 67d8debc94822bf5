import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stack traces of failures into payloads, which the codec encrypts. The SDK loads it by file name. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
