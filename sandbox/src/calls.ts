import { closeSync, openSync, writeSync } from 'node:fs';
import type { ServiceName } from './service';

/** One finished call: a line of the sandbox's `calls.jsonl`. */
export interface CallRecord {
  /** When the request arrived, ISO 8601. */
  readonly time: string;
  /** 'unknown' if the request did not name one. */
  readonly service: ServiceName | 'unknown';
  /** The API's name of the operation, or 'Unknown'. */
  readonly operation: string;
  /** HTTP status; 0 when the connection ended before the reply was sent whole. */
  readonly status: number;
  readonly requestId: string;
  readonly detail: Readonly<Record<string, string | number>>;
}

/** Appends every call to a file and reports it to the listener. */
export class CallLog {
  private readonly fd: number;
  private closed = false;

  constructor(
    path: string,
    private readonly onCall: (call: CallRecord) => void,
  ) {
    this.fd = openSync(path, 'a');
  }

  add(call: CallRecord): void {
    if (this.closed) return;
    writeSync(this.fd, `${JSON.stringify(call)}\n`);
    this.onCall(call);
  }

  close(): void {
    this.closed = true;
    closeSync(this.fd);
  }
}
