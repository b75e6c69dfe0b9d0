import { PothosValidationError } from '@pothos/core';
import { GraphQLError } from 'graphql';
import type { Logger } from '../../log/logger.ts';
import { tellFault, type FaultTelling } from './tell-fault.ts';

/** Where masked errors are told in full. */
export interface MaskOptions {
  readonly logger: Pick<Logger, 'error'>;
  readonly requestId: string;
  readonly telling: FaultTelling;
}

/**
 * Prepares an error for the caller: one that was raised for them goes as it is, always with a code; anything else is a
 * bug, told in the log in full and to the caller by the id of the request only.
 */
export function maskError(error: GraphQLError, { logger, requestId, telling }: MaskOptions): GraphQLError {
  if (typeof error.extensions['code'] === 'string') return error;
  const { originalError } = error;
  if (originalError === undefined)
    return rewrite(error, tellFault(error.message, telling), { code: 'BAD_USER_INPUT' });
  if (originalError instanceof GraphQLError || originalError instanceof PothosValidationError) {
    const code = originalError instanceof GraphQLError ? originalError.extensions['code'] : undefined;
    return rewrite(error, tellFault(error.message, telling), {
      code: typeof code === 'string' ? code : 'BAD_USER_INPUT',
    });
  }
  logger.error({ requestId, err: originalError, path: error.path }, 'GraphQL field failed');
  const message = `This is a fault of the server. Its log tells more under the request id ${requestId}.`;
  return rewrite(error, message, { code: 'INTERNAL_SERVER_ERROR', requestId });
}

function rewrite(error: GraphQLError, message: string, extensions: Record<string, string>): GraphQLError {
  return new GraphQLError(message, { nodes: error.nodes, path: error.path, extensions });
}
