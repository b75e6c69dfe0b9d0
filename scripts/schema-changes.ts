import {
  BreakingChangeType,
  buildASTSchema,
  buildSchema,
  findSchemaChanges,
  GraphQLSchema,
  isInterfaceType,
  parse,
  visit,
  type ASTNode,
  type DocumentNode,
} from 'graphql';

/**
 * What breaks existing operations between two schemas (SDL), a sentence each. Whatever was deprecated before may change
 * or go.
 */
export function findBreaks(before: string, after: string): string[] {
  const promised = readPromised(parse(before, { noLocation: true }));
  const breaking: ReadonlySet<string> = new Set(Object.values(BreakingChangeType));
  return findSchemaChanges(promised, buildSchema(after))
    .filter(({ type }) => breaking.has(type))
    .map(({ description }) => description);
}

/** A schema without what is deprecated, and without the types that only led there. */
function readPromised(document: DocumentNode): GraphQLSchema {
  const removeDeprecated = (node: ASTNode) =>
    'directives' in node && node.directives?.some(({ name }) => name.value === 'deprecated')
      ? null
      : undefined;
  const kept = visit(document, {
    FieldDefinition: removeDeprecated,
    InputValueDefinition: removeDeprecated,
    EnumValueDefinition: removeDeprecated,
  });
  const schema = buildASTSchema(kept, { assumeValid: true });
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  return new GraphQLSchema({
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
    directives: schema.getDirectives(),
    types: interfaces.flatMap((type) => schema.getPossibleTypes(type)),
    assumeValid: true,
  });
}
