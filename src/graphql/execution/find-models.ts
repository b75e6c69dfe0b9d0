import {
  getNamedType,
  isAbstractType,
  isObjectType,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { z } from 'zod';

const typeExtensions = z.object({ pothosPrismaModel: z.string().optional() });
const fieldExtensions = z.object({ reads: z.array(z.string()).optional() });

/**
 * Finds the tables (by Prisma's names) that an answer to a document is read from: those of the types of its fields, and
 * those that fields name by `alsoReads`.
 */
export function findModels(schema: GraphQLSchema, document: DocumentNode): string[] {
  const models = new Set<string>();
  const info = new TypeInfo(schema);
  const visitor = {
    Field: () => {
      const type = info.getType();
      for (const model of type ? modelsOf(getNamedType(type), schema) : []) models.add(model);
      const { reads = [] } = fieldExtensions.parse(info.getFieldDef()?.extensions ?? {});
      for (const model of reads) models.add(model);
    },
  };
  visit(document, visitWithTypeInfo(info, visitor));
  return [...models];
}

function modelsOf(type: GraphQLNamedType, schema: GraphQLSchema): string[] {
  if (isAbstractType(type)) return schema.getPossibleTypes(type).flatMap((one) => modelsOf(one, schema));
  if (!isObjectType(type)) return [];
  const { pothosPrismaModel: model } = typeExtensions.parse(type.extensions);
  if (model !== undefined) return [model];
  // Cursors and counts of a connection are read from the table of its rows, whether rows are asked for or not.
  const nodes = type.name.endsWith('Connection') ? type.getFields()['nodes'] : undefined;
  return nodes ? modelsOf(getNamedType(nodes.type), schema) : [];
}
