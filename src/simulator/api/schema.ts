import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { SchemaVersion } from '../behaviour.ts';
import { supplement } from './supplement.ts';

const attributes = {
  type: z.enum(['string', 'integer', 'number', 'boolean', 'array', 'object']).nullish(),
  optional: z.boolean().nullish(),
  format: z.string().nullish(),
  enum: z.array(z.string()).nullish(),
  minimum: z.number().nullish(),
  maximum: z.number().nullish(),
  minLength: z.number().nullish(),
  maxLength: z.number().nullish(),
  pattern: z.string().nullish(),
  requires: z.string().nullish(),
  defaultKey: z.boolean().nullish(),
  alias: z.string().nullish(),
};

const propertySchema = z.object({ ...attributes, versions: z.array(z.string()).nullish() });
const parameterSchema = z.object({
  ...attributes,
  in: z.enum(['path', 'query', 'body']),
  versions: z.array(z.string()).nullish(),
  propertyString: z.record(z.string(), propertySchema).nullish(),
  was: z
    .record(z.string(), z.looseObject({ ...attributes, propertyString: z.unknown().optional() }))
    .nullish(),
});

const checkSchema: z.ZodType<Check> = z.lazy(() => z.array(z.union([z.string(), z.number(), checkSchema])));

const endpointSchema = z.object({
  id: z.string(),
  method: z.enum(['GET', 'POST', 'PUT', 'DELETE']),
  path: z.string(),
  availability: z.array(z.string()),
  runsAsRoot: z.boolean(),
  proxiedToNodeParam: z.boolean(),
  allowToken: z.boolean(),
  permissions: z.object({ user: z.string().optional(), check: checkSchema.optional() }).nullish(),
  parameters: z.record(z.string(), parameterSchema),
});

/** A permission check as the schema writes it: nested lists. */
export type Check = (string | number | Check)[];
export type Property = z.output<typeof propertySchema>;
export type Parameter = z.output<typeof parameterSchema>;
/** One method on one path, as one version has it. */
export type Endpoint = z.output<typeof endpointSchema>;

const file = new URL('../data/api-subset.json', import.meta.url);
const fileSchema = z.object({ endpoints: z.array(endpointSchema) });
const given = fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).endpoints;
const known: readonly Endpoint[] = [...given, ...z.array(endpointSchema).parse(supplement(given))];

/** The endpoints of a version: the given schema and the supplement. */
export function loadEndpoints(version: SchemaVersion): Endpoint[] {
  return known
    .filter((endpoint) => endpoint.availability.includes(version))
    .map((endpoint) => ({ ...endpoint, parameters: chooseParameters(endpoint.parameters, version) }));
}

function chooseParameters(
  parameters: Endpoint['parameters'],
  version: SchemaVersion,
): Endpoint['parameters'] {
  return Object.fromEntries(
    Object.entries(parameters)
      .filter(([, parameter]) => parameter.versions?.includes(version) ?? true)
      .map(([name, parameter]) => [name, asOf(parameter, version)]),
  );
}

function asOf(parameter: Parameter, version: SchemaVersion): Parameter {
  const older = parameter.was?.[version];
  const merged = older ? parameterSchema.parse({ ...parameter, ...older }) : parameter;
  const { propertyString } = merged;
  if (!propertyString) return merged;
  const known = Object.entries(propertyString).filter(
    ([, property]) => property.versions?.includes(version) ?? true,
  );
  return { ...merged, propertyString: Object.fromEntries(known) };
}
