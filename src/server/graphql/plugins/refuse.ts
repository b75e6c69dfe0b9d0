import { createGraphQLError } from 'graphql-yoga';
import type { GraphQLError } from 'graphql';

/** The error that refuses a request before it is executed, with its status. */
export function refuse(status: number, message: string): GraphQLError {
  return createGraphQLError(message, { extensions: { code: 'BAD_REQUEST', http: { status } } });
}
