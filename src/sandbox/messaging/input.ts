import { z } from 'zod';
import { ApiError, notImplemented } from './api-error';

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

/**
 * Checks an operation's input. A parameter that the schema does not know is answered with NotImplemented, so that no
 * client takes a part of the API for built that is not.
 * @param invalidCode the service's name for an unusable value
 */
export function parseInput<Schema extends z.ZodType>(
  schema: Schema,
  input: unknown,
  operation: string,
  invalidCode: string,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  if (issue?.code === 'unrecognized_keys') throw notImplemented(`${operation} with ${issue.keys.join(', ')}`);
  const parameter = issue?.path.join('.') ?? '';
  throw new ApiError(invalidCode, 400, `Invalid parameter: ${parameter}. Reason: ${issue?.message ?? 'unreadable'}.`);
}
