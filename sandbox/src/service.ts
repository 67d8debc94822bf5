import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Permission } from './access/permission';
import type { Clock } from './clock';

export const SERVICE_NAMES = ['glacier', 's3', 'sns', 'sqs'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** One request as the sandbox sees and logs it. A service fills `operation` and `detail` as soon as it knows them. */
export interface Call {
  readonly service: ServiceName;
  readonly requestId: string;
  /** Region of the credential scope. */
  readonly region: string;
  readonly accessKeyId: string;
  /** The API's name of the operation, `GetJobOutput`; 'Unknown' until the service has recognised it. */
  operation: string;
  /** What tells calls of one operation apart: key, part number, job id, range … */
  detail: Record<string, string | number>;
}

/** An answer on its way out. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<OutgoingHttpHeaders>;
  /** Sent with its length; a stream has its Content-Length among the headers. */
  readonly body?: string | Buffer | Iterable<Buffer> | AsyncIterable<Buffer>;
}

/** An error before a service has put it into its own form. */
export interface Refusal {
  readonly code: string;
  /** Its name in the Query protocol of SQS, where that is another one. */
  readonly queryCode?: string;
  readonly status: number;
  readonly message: string;
}

/** What was found out of the caller, for checks that only the body of a request allows. */
export interface Admission {
  /** Why the caller may not do that; null where it may. */
  readonly denialOf: (permission: Permission) => string | null;
}

/** A request of which the service knows what it asks for: `operation` and `detail` of the call are filled. */
export interface Recognised {
  /**
   * Carries the request out. Errors of the API are answers too; it throws only when the sandbox itself fails.
   * @param admission of the caller, where calls are checked
   */
  answer(signal: AbortSignal, admission?: Admission): Promise<Reply>;
  /** The refusal as this service writes errors. */
  refuse(refusal: Refusal): Reply;
  /** SHA-256 of the body, hex, where it had to be read to recognise the request. */
  readonly bodySha256?: string;
}

export interface ResourcePolicies {
  /** Policies of the bucket, vault, topic or queue: JSON texts. */
  readonly policies: readonly string[];
  /** What their conditions can ask of what the call is about, by condition key in lower case. */
  readonly conditionKeys?: Readonly<Record<string, string>>;
}

/** One emulated AWS service. */
export interface Service {
  /** Finds out what a request asks for. Bodies that carry data stay unread. */
  recognise(request: IncomingMessage, call: Call): Promise<Recognised>;
  /** What decides, besides the caller's own policy, over a call that has been recognised. */
  resourcePolicies(call: Call): ResourcePolicies;
  close(): Promise<void>;
}

/** What every service of a sandbox shares. */
export interface SandboxContext {
  /** Own folder of the service; exists. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** http://127.0.0.1:PORT; known once the server listens, so read it late. */
  readonly endpoint: () => string;
}
