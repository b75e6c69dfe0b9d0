import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type SelectionNode,
  type SelectionSetNode,
  type VariableValues,
} from 'graphql';

/** What decides which selections hold. */
export interface Selecting {
  readonly schema: GraphQLSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** Of which only those count that stand in `@skip` and `@include`. */
  readonly variables: VariableValues;
}

/** A field under the key of its answer: one node, or several of the same field whose selections are one. */
export interface SelectedField {
  readonly key: string;
  readonly name: string;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
}

/** The fields that are selected of an object of a type, in the order of the answer. */
export function collectFields(
  type: GraphQLObjectType,
  sets: readonly (SelectionSetNode | undefined)[],
  selecting: Selecting,
): SelectedField[] {
  const fields = new Map<string, [FieldNode, ...FieldNode[]]>();
  const visited = new Set<string>();
  function collect(selections: readonly SelectionNode[]): void {
    for (const selection of selections) {
      if (!isIncluded(selection, selecting.variables)) continue;
      if (selection.kind === Kind.FIELD) {
        const key = selection.alias?.value ?? selection.name.value;
        const nodes = fields.get(key);
        if (nodes) nodes.push(selection);
        else fields.set(key, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        if (appliesTo(selection.typeCondition?.name.value, type, selecting.schema))
          collect(selection.selectionSet.selections);
      } else if (!visited.has(selection.name.value)) {
        visited.add(selection.name.value);
        const fragment = selecting.fragments.get(selection.name.value);
        if (fragment && appliesTo(fragment.typeCondition.name.value, type, selecting.schema))
          collect(fragment.selectionSet.selections);
      }
    }
  }
  for (const set of sets) collect(set?.selections ?? []);
  return Array.from(fields, ([key, nodes]) => ({ key, name: nodes[0].name.value, nodes }));
}

/** The same for what is selected of a field's own object. */
export function collectSubfields(
  type: GraphQLObjectType,
  { nodes }: SelectedField,
  selecting: Selecting,
): SelectedField[] {
  return collectFields(
    type,
    nodes.map(({ selectionSet }) => selectionSet),
    selecting,
  );
}

function isIncluded(selection: SelectionNode, variables: VariableValues): boolean {
  if (!selection.directives?.length) return true;
  if (getDirectiveValues(GraphQLSkipDirective, selection, variables)?.['if'] === true) return false;
  return getDirectiveValues(GraphQLIncludeDirective, selection, variables)?.['if'] !== false;
}

function appliesTo(condition: string | undefined, type: GraphQLObjectType, schema: GraphQLSchema): boolean {
  if (condition === undefined || condition === type.name) return true;
  const named = schema.getType(condition);
  return isAbstractType(named) && schema.isSubType(named, type);
}

/** Whether a field of a name may be selected anywhere below nodes. */
export function isSelected(
  name: string,
  nodes: readonly SelectionNode[],
  fragments: Selecting['fragments'],
): boolean {
  return nodes.some((node) => {
    if (node.kind === Kind.FIELD && node.name.value === name) return true;
    const set =
      node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value)?.selectionSet : node.selectionSet;
    return set !== undefined && isSelected(name, set.selections, fragments);
  });
}
