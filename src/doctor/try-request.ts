import { describeAwsError, awsErrorSentence, isTransient, type AwsError } from '../aws/errors';
import { networkWords, statusWords } from '../aws/network-words';

/** The outcome of a request that is sent to find out whether AWS allows it. */
export type Reply<T> =
  | { readonly kind: 'given'; readonly value: T }
  /** Allowed, but rejected for another reason: a missing resource or an invalid parameter. */
  | { readonly kind: 'rejected'; readonly code: string; readonly sentence: string }
  /** Not allowed. `message` is AWS's own, which may name the missing action. */
  | { readonly kind: 'denied'; readonly message: string; readonly sentence: string }
  /** AWS does not accept the credentials. */
  | { readonly kind: 'unauthenticated'; readonly sentence: string }
  /** `why`: in a few words. `isThrottled`: AWS responded, but throttles. */
  | { readonly kind: 'no-response'; readonly sentence: string; readonly why: string; readonly isThrottled: boolean };

/** Sends a request with a time limit, at which the signal aborts. Never rejects. */
export type TryRequest = <T>(send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>) => Promise<Reply<T>>;

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AllAccessDisabled',
  'AuthorizationError',
  'AuthorizationErrorException',
  'Forbidden',
  'HTTP 403',
]);
const UNAUTHENTICATED: ReadonlySet<string> = new Set([
  'CredentialsProviderError',
  'ExpiredToken',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InvalidAccessKeyId',
  'InvalidClientTokenId',
  'InvalidSignatureException',
  'InvalidToken',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'UnrecognizedClientException',
]);

/** @param limitMs time after which a request counts as having no response */
export function createTryRequest(limitMs: number): TryRequest {
  return async (send) => {
    const abortSignal = AbortSignal.timeout(limitMs);
    try {
      return { kind: 'given', value: await Promise.race([send({ abortSignal }), timeOut(abortSignal)]) };
    } catch (error) {
      if (abortSignal.aborted) {
        const why = `no response within ${limitMs / 1000} s`;
        return { kind: 'no-response', sentence: why, why, isThrottled: false };
      }
      return replyOf(error);
    }
  };
}

/** Rejects when the signal aborts: the SDK's waits between attempts ignore it. */
const timeOut = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('timed out'))));

function replyOf(error: unknown): Exclude<Reply<never>, { kind: 'given' }> {
  const awsError = describeAwsError(error);
  const sentence = awsErrorSentence(awsError);
  if (UNAUTHENTICATED.has(awsError.code)) return { kind: 'unauthenticated', sentence };
  if (DENIED.has(awsError.code)) return { kind: 'denied', message: awsError.message, sentence };
  if (isTransient(awsError) || awsError.httpStatus === null) {
    return { kind: 'no-response', sentence, why: whyOf(awsError, error), isThrottled: awsError.kind === 'throttled' };
  }
  return { kind: 'rejected', code: awsError.code, sentence };
}

/** As in `status`, with the number of attempts of the SDK. */
function whyOf({ httpStatus }: AwsError, error: unknown): string {
  const { attempts = 1 } = (error as { readonly $metadata?: { readonly attempts?: number } }).$metadata ?? {};
  const words = httpStatus === null ? networkWords(error) : statusWords(httpStatus);
  return attempts === 1 ? words : `${words}, tried ${attempts} times`;
}
