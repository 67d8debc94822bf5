/** The message of anything thrown. Checks the shape, because Node's own errors are not instances of Error under jest. */
export function reasonOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as { readonly message?: unknown; readonly cause?: unknown };
  // fetch() says only "fetch failed" and has the reason in its cause.
  if (message === 'fetch failed' && cause !== undefined) return reasonOf(cause);
  return typeof message === 'string' && message !== '' ? message : String(error);
}
