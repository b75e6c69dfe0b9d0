import { z } from 'zod';
import { suggest } from '../names/did-you-mean.ts';
import type { ConfigFault } from './config-error.ts';

/** Where an issue's faults are told, and the schema that knows which keys there could be. */
export interface IssueReading {
  readonly schema: z.ZodType;
  /** Names a place, keys joined by dots, in messages. */
  readonly where: (path: string) => string;
}

/** What a schema found, as faults: each unknown key is one of its own, with the key that was probably meant. */
export function describeIssues(error: z.ZodError, { schema, where }: IssueReading): ConfigFault[] {
  return error.issues.flatMap((issue) => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys')
      return [{ where: where(path.join('.')), message: describeIssue(issue.message) }];
    const known = listKeys(schema, path);
    return issue.keys.map((key) => ({
      where: where([...path, nameKey(key)].join('.')),
      message: `is not known${suggest(key, known)}`,
    }));
  });
}

/** A key as it is written when it is a word: anything else may be a secret that slipped out of its place. */
function nameKey(key: string): string {
  return /^[A-Za-z_]{1,24}$/.test(key) ? key : '<a key>';
}

function describeIssue(message: string): string {
  return message.startsWith('Invalid input') ? `must be there and fit: ${message}` : message;
}

const nodeSchema = z.looseObject({
  properties: z.record(z.string(), z.unknown()).optional(),
  additionalProperties: z.unknown().optional(),
  items: z.unknown().optional(),
});

/** The keys that a schema has at a path. */
function listKeys(schema: z.ZodType, path: readonly string[]): string[] {
  let node: unknown = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  for (const key of path) {
    const { properties, additionalProperties, items } = nodeSchema.parse(node ?? {});
    node = properties?.[key] ?? items ?? additionalProperties;
  }
  return Object.keys(nodeSchema.safeParse(node).data?.properties ?? {});
}
