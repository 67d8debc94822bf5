/** An error reply of the Glacier API: its code, HTTP status (not always the expected one) and message. */
export class GlacierError extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'GlacierError';
  }

  get body(): { code: string; message: string; type: 'Client' | 'Server' } {
    return { code: this.code, message: this.message, type: this.status < 500 ? 'Client' : 'Server' };
  }
}

export const notFound = (message: string): GlacierError => new GlacierError('ResourceNotFoundException', 404, message);

export const invalidParameter = (message: string): GlacierError =>
  new GlacierError('InvalidParameterValueException', 400, message);

export const missingParameter = (name: string): GlacierError =>
  new GlacierError('MissingParameterValueException', 400, `Required parameter missing: ${name}`);

export const serializationError = (message: string): GlacierError =>
  new GlacierError('SerializationException', 400, message);

export const accessDenied = (message: string): GlacierError => new GlacierError('AccessDeniedException', 403, message);

export const limitExceeded = (message: string): GlacierError =>
  new GlacierError('LimitExceededException', 400, message);

export const notImplemented = (operation: string): GlacierError =>
  new GlacierError('NotImplementedException', 501, `The sandbox does not implement ${operation} of Glacier.`);
