import { ApiError } from '../api-error';

export const invalidParameter = (reason: string): ApiError =>
  new ApiError('InvalidParameter', 400, `Invalid parameter: ${reason}`);

export const missingParameter = (parameter: string): ApiError =>
  invalidParameter(`${parameter} Reason: no value for required parameter`);

export const notFound = (what: 'Topic' | 'Subscription'): ApiError =>
  new ApiError('NotFound', 404, `${what} does not exist`);
