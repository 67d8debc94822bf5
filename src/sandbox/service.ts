import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from './clock';

export type ServiceName = 'glacier' | 's3' | 'sns' | 'sqs';

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

/** One emulated AWS service. `handle` answers every request itself, errors included. */
export interface Service {
  handle(request: IncomingMessage, response: ServerResponse, call: Call): Promise<void>;
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
