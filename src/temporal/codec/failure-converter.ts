import { DefaultFailureConverter } from '@temporalio/common';

/** Puts messages and stack traces of failures into payloads, which the codec encrypts. Loaded by name, by the SDK. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
