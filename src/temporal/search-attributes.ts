import { type Connection, isGrpcServiceError } from '@temporalio/client';
import { temporal } from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';

const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD;

/** gRPC status codes for a missing permission. */
const PERMISSION_DENIED = 7;
const UNIMPLEMENTED = 12;
const UNAUTHENTICATED = 16;
const notPermitted: readonly number[] = [PERMISSION_DENIED, UNIMPLEMENTED, UNAUTHENTICATED];

/**
 * Whether the namespace knows all our search attributes as keywords. A server that denies the request counts as
 * one without them: without them a run is harder to find, but an upsert of an unknown one would block it.
 * @throws {ServiceError} when the server cannot be reached
 */
export async function hasSearchAttributes(connection: Connection, namespace: string): Promise<boolean> {
  try {
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
    return SEARCH_ATTRIBUTES.every(({ name }) => customAttributes[name] === KEYWORD);
  } catch (error) {
    if (isGrpcServiceError(error) && notPermitted.includes(error.code)) return false;
    throw error;
  }
}
