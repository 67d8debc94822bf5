import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import type { Permission } from './access/permission';
import type { Clock } from './clock';

export const SERVICE_NAMES = ['glacier', 's3', 'sns', 'sqs'] as const;
export type ServiceName = (typeof SERVICE_NAMES)[number];

/** One request as the sandbox logs it. A service fills in `operation` and `detail` as soon as it knows them. */
export interface Call {
  readonly service: ServiceName;
  readonly requestId: string;
  /** Region of the credential scope. */
  readonly region: string;
  readonly accessKeyId: string;
  /** The API's name of the operation, `GetJobOutput`; 'Unknown' until the service has recognised it. */
  operation: string;
  /** What distinguishes calls of one operation: key, part number, job id, range … */
  detail: Record<string, string | number>;
}

/** An answer to be sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<OutgoingHttpHeaders>;
  /** Sent with its length; a stream has its Content-Length among the headers. */
  readonly body?: string | Buffer | Iterable<Buffer> | AsyncIterable<Buffer>;
}

/** An error before a service renders it. */
export interface Refusal {
  readonly code: string;
  /** Its code in the Query protocol of SQS, if different. */
  readonly queryCode?: string;
  readonly status: number;
  readonly message: string;
}

/** For access checks that depend on the body of a request. */
export interface Admission {
  /** Why the caller is denied a permission; null if it has it. */
  readonly denialOf: (permission: Permission) => string | null;
}

/** A request whose operation the service knows: `operation` and `detail` of the call are filled in. */
export interface Recognised {
  /**
   * Executes the request. Errors of the API are answers too; it throws only if the sandbox itself fails.
   * @param admission of the caller, if access is checked
   */
  answer(signal: AbortSignal, admission?: Admission): Promise<Reply>;
  /** An error rendered by this service. */
  refuse(refusal: Refusal): Reply;
  /** SHA-256 of the body, hex, if it was read to recognise the request. */
  readonly bodySha256?: string;
}

export interface ResourcePolicies {
  /** Policies of the bucket, vault, topic or queue: JSON texts. */
  readonly policies: readonly string[];
  /** Facts of the resource that their conditions can test, by condition key in lower case. */
  readonly conditionKeys?: Readonly<Record<string, string>>;
}

/** One emulated AWS service. */
export interface Service {
  /** Determines the operation of a request. Bodies that carry data stay unread. */
  recognise(request: IncomingMessage, call: Call): Promise<Recognised>;
  /** The resource policies that apply to a recognised call, in addition to the caller's own policy. */
  resourcePolicies(call: Call): ResourcePolicies;
  close(): Promise<void>;
}

/** Shared by every service of a sandbox. */
export interface SandboxContext {
  /** Own folder of the service; exists. */
  readonly dataDir: string;
  readonly clock: Clock;
  readonly accountId: string;
  readonly region: string;
  /** http://127.0.0.1:PORT; known once the server listens, so read it late. */
  readonly endpoint: () => string;
}
