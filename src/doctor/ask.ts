import { describeAwsError, awsErrorSentence, isTransient, type AwsError } from '../aws/errors';
import { networkWords, statusWords } from '../aws/network-words';

/** What came of a request whose answer matters less than whether AWS allowed it. */
export type Reply<T> =
  | { readonly kind: 'given'; readonly value: T }
  /** Allowed, and then refused for another reason: there is no such thing, or it was asked for wrongly. */
  | { readonly kind: 'refused'; readonly code: string; readonly sentence: string }
  /** Not allowed. `message` is AWS's own sentence, which may name the action that is missing. */
  | { readonly kind: 'denied'; readonly message: string; readonly sentence: string }
  /** AWS does not know who is asking. */
  | { readonly kind: 'unaccepted'; readonly sentence: string }
  /** `why`: in a few words. `isAnswer`: AWS answered, and wants to be asked later. */
  | { readonly kind: 'unanswered'; readonly sentence: string; readonly why: string; readonly isAnswer: boolean };

/** Sends a request that ends in any case: the signal is raised when its time is over. Never rejects. */
export type Ask = <T>(send: (options: { readonly abortSignal: AbortSignal }) => Promise<T>) => Promise<Reply<T>>;

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AccessDeniedException',
  'AllAccessDisabled',
  'AuthorizationError',
  'AuthorizationErrorException',
  'Forbidden',
  'HTTP 403',
]);
const UNACCEPTED: ReadonlySet<string> = new Set([
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

/** @param limitMs after which a request counts as unanswered */
export function createAsk(limitMs: number): Ask {
  return async (send) => {
    const abortSignal = AbortSignal.timeout(limitMs);
    try {
      return { kind: 'given', value: await Promise.race([send({ abortSignal }), end(abortSignal)]) };
    } catch (error) {
      if (abortSignal.aborted) {
        const why = `no answer within ${limitMs / 1000} s`;
        return { kind: 'unanswered', sentence: why, why, isAnswer: false };
      }
      return replyOf(error);
    }
  };
}

/** Rejects when the signal is raised: waits between the SDK's attempts do not hear it. */
const end = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error('time is over'))));

function replyOf(error: unknown): Exclude<Reply<never>, { kind: 'given' }> {
  const awsError = describeAwsError(error);
  const sentence = awsErrorSentence(awsError);
  if (UNACCEPTED.has(awsError.code)) return { kind: 'unaccepted', sentence };
  if (DENIED.has(awsError.code)) return { kind: 'denied', message: awsError.message, sentence };
  if (isTransient(awsError) || awsError.httpStatus === null) {
    return { kind: 'unanswered', sentence, why: whyOf(awsError, error), isAnswer: awsError.kind === 'throttled' };
  }
  return { kind: 'refused', code: awsError.code, sentence };
}

/** As `status` says it, with how often the SDK tried. */
function whyOf({ httpStatus }: AwsError, error: unknown): string {
  const { attempts = 1 } = (error as { readonly $metadata?: { readonly attempts?: number } }).$metadata ?? {};
  const words = httpStatus === null ? networkWords(error) : statusWords(httpStatus);
  return attempts === 1 ? words : `${words}, tried ${attempts} times`;
}
