import { z } from 'zod';

/** Greatest number of GraphQL's Int; greater than any VMID, so what is cut to it finds nothing. */
const greatestInt = 2_147_483_647;

/** Blanks around, a sign and ASCII digits. */
const integer = z
  .string()
  .regex(/^\s*[+-]?[0-9]+\s*$/, 'must be an integer')
  .transform((text) => Math.max(-greatestInt, Math.min(greatestInt, Number(text))))
  .pipe(z.int());

const yesOrNo = z
  .string()
  .regex(/^(?:true|false|1|0)$/i, 'must be true or false')
  .transform((text) => /^(?:true|1)$/i.test(text))
  .pipe(z.boolean());

const text = z.string();

/** Parameters by which a cluster is named. */
export const clusterParameters = z.object({
  cluster_ip: text.optional().describe('Only in the cluster with this address.'),
  cluster_id: text
    .optional()
    .describe(
      'Only in this cluster of the clusters file; wins over cluster_ip. An unknown one finds nothing.',
    ),
});

/** Parameters of GET /api/templates. */
export const listParameters = clusterParameters.extend({
  node: text.optional().describe('Only on the node of this name.'),
  vmid: integer.optional().describe('Only with this VMID.'),
  is_replica: yesOrNo.optional().describe('Only replicas, or only others.'),
  is_class_template: yesOrNo.optional().describe('Only class templates, or only others.'),
  class_id: integer.optional().describe('Only of the class with this number.'),
});

/** Parameters of GET /api/templates/nodes. */
export const nodesParameters = clusterParameters.extend({
  vmid: integer.optional().describe('VMID of the original.'),
});

/** A parameter has a value that does not fit: the answer is 400 with this message. */
export class ParameterError extends Error {}

/**
 * Reads the parameters of a route from a query string. The first of repeated ones counts, unknown ones are ignored;
 * one that is absent or blank is undefined.
 *
 * @throws {ParameterError} when a value does not fit.
 */
export function readParameters<Shape extends z.ZodRawShape>(
  known: z.ZodObject<Shape>,
  query: URLSearchParams,
): z.output<z.ZodObject<Shape>> {
  const given = Object.keys(known.shape).map((name) => [name, readText(name, query)]);
  const parsed = known.safeParse(Object.fromEntries(given));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ParameterError(`${issue?.path.join('.')} ${issue?.message}`);
}

/** The first value of a parameter; undefined when it is absent or blank. */
export function readText(name: string, query: URLSearchParams): string | undefined {
  const value = query.get(name);
  return value === null || value.trim() === '' ? undefined : value;
}
