import { z } from 'zod';

/** Greatest number of GraphQL's Int; greater than any VMID, so what is cut to it finds nothing. */
const greatestInt = 2_147_483_647;

/** Blanks around, a sign and ASCII digits. */
const integer = z
  .string()
  .regex(/^\s*[+-]?[0-9]+\s*$/, 'must be an integer')
  .transform((text) => Math.max(-greatestInt, Math.min(greatestInt, Number(text))));

const yesOrNo = z
  .string()
  .regex(/^(?:true|false|1|0)$/i, 'must be true or false')
  .transform((text) => /^(?:true|1)$/i.test(text));

const text = z.string();

/** Parameters by which a cluster is named. */
export const clusterParameters = {
  cluster_ip: text.describe('Only in the cluster with this address.'),
  cluster_id: text.describe(
    'Only in this cluster of the clusters file; wins over cluster_ip. An unknown one finds nothing.',
  ),
};

/** Parameters of GET /api/templates. */
export const listParameters = {
  ...clusterParameters,
  node: text.describe('Only on the node of this name.'),
  vmid: integer.describe('Only with this VMID.'),
  is_replica: yesOrNo.describe('Only replicas, or only others.'),
  is_class_template: yesOrNo.describe('Only class templates, or only others.'),
  class_id: integer.describe('Only of the class with this number.'),
};

/** Parameters of GET /api/templates/nodes. */
export const nodesParameters = {
  vmid: integer.describe('VMID of the original.'),
  ...clusterParameters,
};

/** The parameters of a route, each with the schema of its value. */
export type Parameters = Record<string, z.ZodType<string | number | boolean, string>>;

/** The values of a route's parameters; one that is absent or blank is undefined. */
export type ParameterValues<Known extends Parameters> = { [Name in keyof Known]?: z.output<Known[Name]> };

/** A parameter has a value that does not fit: the answer is 400 with this message. */
export class ParameterError extends Error {}

/**
 * Reads the parameters of a route from a query string. The first of repeated ones counts, unknown ones are ignored.
 *
 * @throws {ParameterError} when a value does not fit.
 */
export function readParameters<Known extends Parameters>(
  known: Known,
  query: URLSearchParams,
): ParameterValues<Known> {
  const values: ParameterValues<Known> = {};
  for (const name of listNames(known)) {
    const value = readText(String(name), query);
    if (value === undefined) continue;
    const parsed = known[name]?.safeParse(value);
    if (!parsed?.success)
      throw new ParameterError(`${String(name)} ${parsed?.error.issues[0]?.message ?? 'does not fit'}`);
    values[name] = parsed.data as z.output<Known[typeof name]>;
  }
  return values;
}

/** The first value of a parameter; undefined when it is absent or blank. */
export function readText(name: string, query: URLSearchParams): string | undefined {
  const value = query.get(name);
  return value === null || value.trim() === '' ? undefined : value;
}

function listNames<Known extends Parameters>(known: Known): (keyof Known)[] {
  return Object.keys(known);
}
