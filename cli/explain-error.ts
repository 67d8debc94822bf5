import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { describeAwsError, awsErrorSentence } from '../src/aws/errors';
import { TemporalConnectionError, TemporalSettingsError } from '../src/temporal/errors';
import { NoHomeError } from '../src/temporal/user-directories';
import { CliError, ExitCode } from './exit-codes';
import type { Environment } from './output';
import { systemErrorOf, systemErrorSentence, systemFailure } from './system-error';

/** gRPC codes for temporary failures. https://grpc.github.io/grpc/core/md_doc_statuscodes.html */
const GRPC_PASSING = new Set([4, 8, 14]);
const GRPC_DENIED = new Set([7, 16]);

/**
 * Turns any error of a command into a sentence and an exit code.
 * @param env where the folders of this machine can be chosen, so that the sentence names the variable
 */
export function explainError(error: unknown, env: Environment = process.env): CliError {
  if (error instanceof CliError) return error;
  return explainTemporal(error) ?? explainMachine(error, env) ?? explainAws(error);
}

function explainMachine(error: unknown, env: Environment): CliError | null {
  if (error instanceof NoHomeError) return systemFailure(error.message);
  const found = systemErrorOf(error);
  return found === null ? null : systemFailure(systemErrorSentence(found, env));
}

function explainTemporal(error: unknown): CliError | null {
  const cause = error instanceof ServiceError ? error.cause : error;
  if (error instanceof TemporalSettingsError) return new CliError(error.message, ExitCode.Configuration);
  if (error instanceof TemporalConnectionError) return new CliError(error.message, ExitCode.Temporary);
  if (!isGrpcServiceError(cause)) return null;
  const code: number = cause.code;
  if (GRPC_PASSING.has(code)) {
    return new CliError(`Temporal does not respond: ${cause.details}. Try again later.`, ExitCode.Temporary);
  }
  if (GRPC_DENIED.has(code)) {
    return new CliError(`Temporal denied access: ${cause.details}. Check TEMPORAL_API_KEY.`, ExitCode.Configuration);
  }
  return new CliError(`Temporal returned an error: ${cause.details}`, ExitCode.Error);
}

function explainAws(error: unknown): CliError {
  const awsError = describeAwsError(error);
  if (awsError.message === 'Region is missing') {
    return new CliError(
      'No AWS Region is configured: set AWS_REGION, or choose a profile with AWS_PROFILE.',
      ExitCode.Configuration,
    );
  }
  switch (awsError.kind) {
    case 'throttled':
    case 'unavailable':
      return new CliError(
        `AWS is temporarily unavailable: ${awsErrorSentence(awsError)}. Try again later.`,
        ExitCode.Temporary,
      );
    case 'denied':
    case 'unauthenticated':
    case 'key-unusable':
      return new CliError(`AWS denied access: ${awsErrorSentence(awsError)}`, ExitCode.Configuration);
    case 'rejected':
    case 'missing':
    case 'bucket-unusable':
    case 'service-unusable':
      return new CliError(`AWS rejected the request: ${awsErrorSentence(awsError)}`, ExitCode.Error);
    case 'unknown':
      return new CliError(awsError.httpStatus === null ? awsError.message : awsErrorSentence(awsError), ExitCode.Error);
    default:
      return awsError.kind satisfies never;
  }
}
