import { z } from 'zod';
import { type ApiError, notImplemented } from './api-error';

/** A whole number: the JSON protocol sends 10, the Query protocol "10". */
export const wholeNumber = (least: number, most: number) =>
  z
    .union([
      z.number(),
      z
        .string()
        .regex(/^\d{1,15}$/)
        .transform(Number),
    ])
    .pipe(z.number().int().min(least).max(most));

/** How a service rejects a parameter. */
interface ParameterRefusals {
  missing(parameter: string): ApiError;
  invalid(parameter: string, value: unknown, reason: string): ApiError;
}

/**
 * Checks an operation's input. Unknown parameters answer NotImplemented, so that no
 * client mistakes a missing part of the API for an implemented one.
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  operation: string,
  refusals: ParameterRefusals,
): z.output<Schema> {
  const result = schema.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') throw notImplemented(`${operation} with ${issue.keys.join(', ')}`);
  const parameter = issue?.path.join('.') ?? '';
  if (issue?.input === undefined) throw refusals.missing(parameter);
  throw refusals.invalid(parameter, issue.input, issue.message);
}
