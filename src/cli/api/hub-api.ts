import { z } from 'zod';
import { CommandFailed } from '../cli-error.ts';

/** Template Hub as commands see it: its GraphQL API, in this process or at a running server. */
export interface HubApi {
  /**
   * Asks one document and checks the answer.
   *
   * @throws {CommandFailed} when there is no answer or it holds errors.
   */
  ask<Answer>(document: string, variables: Variables, answer: z.ZodType<Answer>): Promise<Answer>;
  close(): Promise<void>;
}

export type Variables = Readonly<Record<string, unknown>>;

const resultSchema = z.object({
  data: z.record(z.string(), z.unknown()).nullish(),
  errors: z
    .array(
      z.object({
        message: z.string(),
        extensions: z.looseObject({ code: z.string().optional() }).optional(),
      }),
    )
    .optional(),
});

/** Takes the data out of a GraphQL result, in the form of `answer`. */
export function readResult<Answer>(result: unknown, answer: z.ZodType<Answer>): Answer {
  const { data, errors = [] } = resultSchema.parse(result);
  const [first] = errors;
  if (first) {
    throw new CommandFailed(
      first.extensions?.code ?? 'GRAPHQL',
      errors.map((error) => error.message).join('\n'),
    );
  }
  const checked = answer.safeParse(data);
  if (checked.success) return checked.data;
  const places = checked.error.issues.map((issue) => issue.path.join('.')).join(', ');
  const message = `The answer has not the form that this command knows (${places}): is the server of another version?`;
  throw new CommandFailed('SERVER_ANSWER', message, { cause: checked.error });
}

/** A payload's expected errors. */
export const userErrorsSchema = z.array(z.object({ code: z.string(), message: z.string() }));

/** Fails with the first of a payload's errors. */
export function refuseUserErrors(errors: z.output<typeof userErrorsSchema>): void {
  const [first] = errors;
  if (first) throw new CommandFailed(first.code, errors.map((error) => error.message).join('\n'));
}
