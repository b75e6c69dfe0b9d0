import { readNamedRow } from '../row-id.ts';
import { dropNulls } from './class-payload.ts';
import { MutationError } from './user-error.ts';

/** Descriptions of the two ways in which an input names its class. */
export const classKey = {
  id: 'Global id of the class, or its number.',
  classId: 'Number of the class, when there is no id.',
} as const;

interface ClassKey {
  readonly id?: string | null;
  readonly classId?: number | null;
}

/**
 * An input about a class as the service takes it: the class by its number, nulls left out.
 *
 * @throws {MutationError} INVALID_INPUT when it does not say which class.
 */
export function readClassInput<Input extends ClassKey>({ id, classId, ...input }: Input) {
  const number = readNamedRow('Class', { id, databaseId: classId });
  if (number === undefined) throw new MutationError('INVALID_INPUT', 'say which class by "id" or "classId"');
  return { ...dropNulls(input), classId: number };
}
