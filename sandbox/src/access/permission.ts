import type { IncomingHttpHeaders } from 'node:http';

/** An IAM action on a resource. */
export interface Permission {
  /** `s3:GetObject` */
  readonly action: string;
  /** ARN, or `*` for an action that is not on a resource. */
  readonly resource: string;
}

/** The facts of a call that its required permissions depend on. Names are plain names, not ARNs. */
export interface CallFacts {
  readonly accountId: string;
  readonly region: string;
  readonly headers: IncomingHttpHeaders;
  readonly bucket?: string | undefined;
  readonly key?: string | undefined;
  /** As asked for; undefined for the current version. */
  readonly versionId?: string | undefined;
  readonly vault?: string | undefined;
  readonly topic?: string | undefined;
  readonly queue?: string | undefined;
}

/** Permissions by the API's name of an operation. */
export type PermissionTable = ReadonlyMap<string, (facts: CallFacts) => readonly Permission[]>;
