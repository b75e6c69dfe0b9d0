import type { GraphQLObjectType } from 'graphql';

const extension = 'plainType';

/** The extensions of a type whose fields follow from its object alone: their resolvers need neither context nor store. */
export const plainType = { [extension]: true } as const;

/** Whether a type says so of itself. */
export function isPlainType({ extensions }: GraphQLObjectType): boolean {
  return extensions[extension] === true;
}
