import { z } from 'zod';
import type { SandboxContext } from '../../service';
import { nameInArn } from '../arn';
import { parseInput } from '../input';
import type { XmlContent } from '../query-protocol';
import type { Delivery } from './delivery';
import { invalidParameter, missingParameter, notFound } from './errors';
import type { Topic, TopicStore } from './topic-store';

/** Dependencies of every operation. */
export interface SnsServices {
  readonly context: SandboxContext;
  readonly store: TopicStore;
  readonly delivery: Delivery;
}

interface SnsRequest {
  readonly operation: string;
  readonly input: unknown;
  /** Adds to the call log. */
  readonly note: (detail: Readonly<Record<string, string | number>>) => void;
}

/** The content of the result element; null for an operation without one. */
export type SnsOperation = (services: SnsServices, request: SnsRequest) => XmlContent | null;

const REFUSALS = {
  missing: missingParameter,
  invalid: (parameter: string, _value: unknown, reason: string) => invalidParameter(`${parameter} Reason: ${reason}`),
};

/** An operation that checks its input by a schema. */
export const operation =
  <Schema extends z.ZodType>(
    schema: Schema,
    run: (services: SnsServices, input: z.output<Schema>, request: SnsRequest) => XmlContent | null,
  ): SnsOperation =>
  (services, request) =>
    run(services, parseInput(schema, request.input, request.operation, REFUSALS), request);

/** @throws ApiError InvalidParameter for an invalid ARN, NotFound for an unknown topic */
export function topicByArn({ context, store }: SnsServices, arn: string, { note }: SnsRequest): Topic {
  const elements = arn.split(':').length;
  if (elements < 6) {
    throw invalidParameter(`TopicArn Reason: An ARN must have at least 6 elements, not ${elements}`);
  }
  const name = nameInArn('sns', context, arn);
  note({ topic: name ?? arn });
  const topic = name === null ? undefined : store.topic(name);
  if (topic === undefined) throw notFound('Topic');
  return topic;
}

export const entries = (attributes: Readonly<Record<string, string>>): XmlContent => ({
  Attributes: { entry: Object.entries(attributes).map(([key, value]) => ({ key, value })) },
});

const PAGE_SIZE = 100;

/** One page of a list; the token is the number of members before the next page. */
export function page<Member>(
  members: readonly Member[],
  token: string | undefined,
): { readonly members: readonly Member[]; readonly next: { readonly NextToken?: string } } {
  const from = Number(token ?? 0);
  const until = from + PAGE_SIZE;
  return { members: members.slice(from, until), next: until < members.length ? { NextToken: String(until) } : {} };
}
