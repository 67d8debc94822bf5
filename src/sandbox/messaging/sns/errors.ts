import { ApiError } from '../api-error';

export const INVALID_PARAMETER = 'InvalidParameter';

export const invalidParameter = (reason: string): ApiError =>
  new ApiError(INVALID_PARAMETER, 400, `Invalid parameter: ${reason}`);

export const notFound = (what: 'Topic' | 'Subscription'): ApiError =>
  new ApiError('NotFound', 404, `${what} does not exist`);
