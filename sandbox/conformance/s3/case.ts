import { type S3, S3ServiceException } from '@aws-sdk/client-s3';

/** What a case works with. */
export interface Room {
  readonly s3: S3;
  /** A client of the same server that adds no checksums. */
  readonly plain: S3;
  /** A fresh, empty bucket. */
  readonly Bucket: string;
  /** The object of the case; does not exist yet. */
  readonly at: { readonly Bucket: string; readonly Key: string };
}

export type Target = 'sandbox' | 'versitygw';

/** One thing that S3 does, tried on every target. */
export interface S3Case {
  /** API name of the operation under test. */
  readonly operation: string;
  readonly name: string;
  /** Returns what the outcome shows. May throw an error of the server: its outcome is like `403 AccessDenied`. */
  readonly run: (room: Room) => Promise<unknown>;
  /** What AWS documents. */
  readonly outcome: unknown;
  /** Targets with another outcome, which is pinned. All others behave as documented. */
  readonly differs?: Partial<Record<Target, unknown>> & {
    /** What AWS says about it, and on which page; or that it says nothing. */
    readonly documented: string;
  };
}

/** Cases about one theme. */
export type S3Cases = readonly S3Case[];

export function expectedOutcome({ outcome, differs }: S3Case, target: Target): unknown {
  return differs !== undefined && target in differs ? differs[target] : outcome;
}

/**
 * The outcome of a case, in plain values: what it returned, of a whole reply only the HTTP status, and of an error its
 * status and code. (Replies and errors of the SDK hold sockets, which jest cannot write into its result.)
 */
export async function outcomeOf(run: Promise<unknown>): Promise<unknown> {
  try {
    const returned = await run;
    return isReply(returned) ? returned.$metadata.httpStatusCode : returned;
  } catch (error) {
    if (error instanceof S3ServiceException) return `${error.$metadata.httpStatusCode} ${error.name}`;
    return `no answer: ${String(error)}`;
  }
}

interface Reply {
  readonly $metadata: { readonly httpStatusCode?: number };
}

const isReply = (value: unknown): value is Reply => typeof value === 'object' && value !== null && '$metadata' in value;

/** The members of a reply that an outcome shows; a missing one is undefined, which equals none. */
export async function pick<T, K extends keyof T>(reply: Promise<T>, ...members: K[]): Promise<Pick<T, K>> {
  const got = await reply;
  return Object.fromEntries(members.map((member) => [member, got[member]])) as Pick<T, K>;
}

type Readable = { readonly Body?: { transformToString(): Promise<string> } | undefined };

/** The body of a reply. */
export async function text(reply: Promise<Readable>): Promise<string | undefined> {
  return (await reply).Body?.transformToString();
}
