import { GraphQLError, parse, validate, type GraphQLSchema } from 'graphql';
import type { PersistedOperations } from '../../config/config.ts';
import { HubError } from '../../errors/hub-error.ts';

/** Persisted operations that nobody could execute: the file is of another schema, or mistyped. */
export class PersistedOperationsError extends HubError {
  constructor(faults: readonly string[]) {
    super(
      'PERSISTED_OPERATIONS_INVALID',
      `PERSISTED_OPERATIONS does not fit the schema (schema.graphql):\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
    );
  }
}

/** Checks every document against the schema. @throws PersistedOperationsError with all faults at once */
export function checkPersistedOperations(
  schema: GraphQLSchema,
  persisted: PersistedOperations | undefined,
): void {
  const faults = [...(persisted?.documents ?? [])].flatMap(([name, document]) =>
    listFaults(schema, document).map((fault) => `${name}: ${fault}`),
  );
  if (faults.length > 0) throw new PersistedOperationsError(faults);
}

function listFaults(schema: GraphQLSchema, document: string): string[] {
  try {
    return validate(schema, parse(document)).map(({ message }) => message);
  } catch (error) {
    if (error instanceof GraphQLError) return [error.message];
    throw error;
  }
}
