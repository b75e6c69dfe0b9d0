import type { z } from 'zod';

/** The first thing that is wrong with an input. No value of the input is repeated. */
export interface InputFault {
  /** For example `nodes.0: must not be empty`. */
  readonly message: string;
  /** The part of the input it is about, for example `['nodes', '0']`. */
  readonly field: readonly string[];
  readonly cause: z.ZodError;
}

/** Checks an input by its schema; `refuse` makes the error that is thrown where it does not fit. */
export function checkInput<Schema extends z.ZodType>(
  schema: Schema,
  input: z.input<Schema>,
  refuse: (fault: InputFault) => Error,
): z.output<Schema> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const field = (issue?.path ?? []).map(String);
  const name = field.length === 0 ? 'The input' : field.join('.');
  throw refuse({ message: `${name}: ${issue?.message ?? 'is not valid'}`, field, cause: result.error });
}
