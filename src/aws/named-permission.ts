/** What AWS names in its own sentence about a missing permission. */
export interface NamedPermission {
  /** As the service spells it: `s3:PutObject`, `SNS:Publish`, `sqs:sendmessage`. */
  readonly action: string;
  /** An ARN; null where none is named. */
  readonly resource: string | null;
}

/** The permission that a sentence names; null where it names none. */
export function namedPermission(message: string): NamedPermission | null {
  const [, action, resource = null] =
    /not authorized to perform: ([A-Za-z0-9]+:[A-Za-z0-9]+)(?: on resource: "?(arn:[^\s"]+)"?)?/.exec(message) ?? [];
  return action === undefined ? null : { action, resource };
}
