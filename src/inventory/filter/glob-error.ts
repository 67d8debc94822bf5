/** A text is no glob. The message is a clause that says why. */
export class GlobError extends Error {
  override readonly name = 'GlobError';
}
