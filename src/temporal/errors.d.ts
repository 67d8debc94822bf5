/** What was thrown, in words. Looks at the shape, as errors of Node itself are no instances of Error under jest. */
export declare function reasonOf(error: unknown): string;
/** The server takes no update of a workflow now, because its last tasks failed or found no worker. */
export declare const isNotReady: (error: unknown) => boolean;
/** There is no connection to Temporal; the message is one sentence for the user. */
export declare class TemporalConnectionError extends Error {
  readonly name = 'TemporalConnectionError';
}
/** The same, or there is no key for what it holds, and trying again cannot help: the settings have to be changed. */
export declare class TemporalSettingsError extends TemporalConnectionError {}
