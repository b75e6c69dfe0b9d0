import { z } from 'zod';
import { errorAnswer, nodesAnswer, statsAnswer, templateRow } from './answers.ts';
import { clusterParameters, listParameters, nodesParameters } from './parameters.ts';

/** A JSON Schema of draft 2020-12, or any other part of the document: plain JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** An OpenAPI 3.1 document. */
export interface OpenApiDocument extends JsonObject {
  readonly openapi: '3.1.1';
  readonly paths: Readonly<Record<string, { readonly get: JsonObject }>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonObject>> } & JsonObject;
}

const schemas = {
  Template: templateRow,
  Templates: z.array(templateRow).describe('Templates in ascending id.'),
  NodeMap: nodesAnswer.describe('Where an original and its replicas are.'),
  Stats: statsAnswer.describe('Every template counted once: class template, else replica, else original.'),
  Error: errorAnswer.describe('What is wrong with the request.'),
} as const;
type SchemaName = keyof typeof schemas;

/** Describes the REST routes by the very schemas that read their parameters and shape their answers. */
export function describeRestApi(): OpenApiDocument {
  return {
    openapi: '3.1.1',
    info: {
      title: 'Template Hub',
      version: '1.0.0',
      description:
        'Four routes for scripts; everything else is GraphQL, at /graphql. A parameter that is absent or blank is no filter, of a repeated one the first value counts, unknown ones are ignored.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    security: [{}, { bearer: [] }, { basic: [] }],
    paths: describePaths(),
    components: { schemas: describeSchemas(), securitySchemes, headers },
  };
}

function describePaths(): OpenApiDocument['paths'] {
  return {
    '/api/templates': describeRead({
      operationId: 'listTemplates',
      summary: 'The templates that all filters fit.',
      parameters: describeQuery(listParameters),
      answer: 'Templates',
    }),
    '/api/templates/by-name/{name}': describeRead({
      operationId: 'listTemplatesByName',
      summary: 'Every instance of a template: the rows of that name, and the replicas of its originals.',
      parameters: [nameParameter, ...describeQuery(clusterParameters)],
      answer: 'Templates',
    }),
    '/api/templates/nodes': describeRead({
      operationId: 'showTemplateNodes',
      summary: 'The nodes that have the original with a VMID, or a replica of it.',
      parameters: describeQuery(nodesParameters, ['vmid']),
      answer: 'NodeMap',
      others: {
        404: describeAnswer('Error', 'There is no original with that VMID.'),
      },
      headers: { Warning: { $ref: '#/components/headers/Warning' } },
    }),
    '/api/templates/stats': describeRead({
      operationId: 'showTemplateStats',
      summary: 'How many templates there are.',
      parameters: describeQuery(clusterParameters),
      answer: 'Stats',
    }),
  };
}

/** What differs between the routes. */
interface RouteDescription {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly JsonObject[];
  readonly answer: SchemaName;
  /** Answers that only this route gives, by status. */
  readonly others?: JsonObject;
  readonly headers?: JsonObject;
}

function describeRead({ answer, others, headers: own, ...route }: RouteDescription): { get: JsonObject } {
  const tagged = { ETag: { $ref: '#/components/headers/ETag' }, ...own };
  return {
    get: {
      ...route,
      responses: {
        200: { ...describeAnswer(answer, route.summary), headers: tagged },
        304: { description: 'The answer whose ETag If-None-Match names is still true.' },
        400: describeAnswer('Error', 'A parameter does not fit its type, or is missing.'),
        401: describeAnswer('Error', 'The server asks for a token.'),
        ...others,
        500: describeAnswer('Error', 'A fault of the server; its log tells more under the X-Request-Id.'),
      },
    },
  };
}

function describeAnswer(name: SchemaName, description: string): JsonObject {
  const schema = { $ref: `#/components/schemas/${name}` };
  return { description, content: { 'application/json': { schema } } };
}

/** The parameters of a query string, by the types that they are read as. */
function describeQuery(parameters: z.ZodObject, required: readonly string[] = []): JsonObject[] {
  return Object.entries(parameters.shape).map(([name, type]) => {
    const { description, $schema: _dialect, ...schema } = z.toJSONSchema(type, tidy);
    return { name, in: 'query', required: required.includes(name), description, schema };
  });
}

function describeSchemas(): Record<SchemaName, JsonObject> {
  const registry = z.registry<{ id: SchemaName }>();
  for (const name of schemaNames) registry.add(schemas[name], { id: name });
  const made = z.toJSONSchema(registry, { ...tidy, uri: (id) => `#/components/schemas/${id}` }).schemas;
  const describe = (name: SchemaName): JsonObject => {
    const { $schema: _dialect, $id: _id, ...schema } = made[name] ?? {};
    return schema;
  };
  return {
    Template: describe('Template'),
    Templates: describe('Templates'),
    NodeMap: describe('NodeMap'),
    Stats: describe('Stats'),
    Error: describe('Error'),
  };
}

const schemaNames = ['Template', 'Templates', 'NodeMap', 'Stats', 'Error'] as const;

/** The safe range of JavaScript's numbers says nothing about the values: it is left out. */
const tidy = {
  override: ({ jsonSchema }: { jsonSchema: z.core.JSONSchema.BaseSchema }) => {
    if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
    if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  },
};

const nameParameter = {
  name: 'name',
  in: 'path',
  required: true,
  description: 'The exact name, percent-encoded once; it may contain any character, a slash as %2F.',
  schema: { type: 'string', minLength: 1 },
} as const;

const securitySchemes = {
  bearer: { type: 'http', scheme: 'bearer', description: 'A token of the server, where it has any.' },
  basic: {
    type: 'http',
    scheme: 'basic',
    description: 'The same token as the password, with any user name.',
  },
} as const;

const headers = {
  ETag: {
    description: 'Names this very answer; send it as If-None-Match to be told when it is still true.',
    schema: { type: 'string' },
  },
  Warning: {
    description:
      'Names the other clusters that have an original with that VMID, when the request named none.',
    schema: { type: 'string' },
  },
} as const;
