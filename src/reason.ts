/** What was thrown, in words. Looks at the shape, as errors of Node itself are no instances of Error under jest. */
export function reasonOf(error: unknown): string {
  const { message, cause } = (error ?? {}) as { readonly message?: unknown; readonly cause?: unknown };
  // fetch() says only "fetch failed" and has the reason in its cause.
  if (message === 'fetch failed' && cause !== undefined) return reasonOf(cause);
  return typeof message === 'string' && message !== '' ? message : String(error);
}
