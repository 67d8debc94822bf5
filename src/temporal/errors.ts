/** There is no connection to Temporal; the message is one sentence for the user. */
export class TemporalConnectionError extends Error {
  override readonly name = 'TemporalConnectionError';
}

/** The same, or there is no key for what it holds, and trying again cannot help: the settings have to be changed. */
export class TemporalSettingsError extends TemporalConnectionError {}
