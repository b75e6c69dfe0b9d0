import { GraphQLError } from 'graphql';

/** Codes in `extensions.code` of top-level errors. What a caller of a mutation can mend comes as userErrors instead. */
export type RequestErrorCode =
  | 'BAD_USER_INPUT'
  | 'CLUSTER_NOT_FOUND'
  | 'FORBIDDEN'
  | 'GRAPHQL_PARSE_FAILED'
  | 'GRAPHQL_VALIDATION_FAILED'
  | 'INTERNAL_SERVER_ERROR'
  | 'NOT_AVAILABLE'
  | 'OPERATION_TOO_COMPLEX'
  | 'REQUEST_TIMEOUT';

/** A request that can not be answered as it is: the message says why, and goes to the caller. */
export class RequestError extends GraphQLError {
  constructor(code: RequestErrorCode, message: string) {
    super(message, { extensions: { code } });
  }
}
