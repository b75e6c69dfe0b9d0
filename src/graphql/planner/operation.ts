import {
  Kind,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type OperationDefinitionNode,
} from 'graphql';
import { findRootRead, type RootRead } from '../fields/root-read.ts';
import { collectFields, type SelectedField, type Selecting } from './collect-fields.ts';

/** An operation with its fragments. */
export interface Operation {
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The variables that `@skip` and `@include` go by. */
  readonly switches: readonly string[];
}

/** Reads a document of one operation. */
export function readOperation(document: DocumentNode): Operation | undefined {
  const definition = document.definitions.find((one) => one.kind === Kind.OPERATION_DEFINITION);
  const fragments = document.definitions.filter((one) => one.kind === Kind.FRAGMENT_DEFINITION);
  if (!definition) return undefined;
  return {
    definition,
    fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])),
    switches: listSwitches(document),
  };
}

function listSwitches(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    [Kind.DIRECTIVE]: ({ arguments: given = [] }) => {
      for (const { value } of given) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/** A field of Query that is selected, and how it is read. */
export interface SelectedRoot {
  readonly selected: SelectedField;
  /** Absent for `__typename`. */
  readonly described?: { readonly field: GraphQLField<unknown, unknown>; readonly read: RootRead };
}

/** The fields that an operation selects. undefined when one is not described: the whole is left alone. */
export function selectRoots(operation: Operation, selecting: Selecting): SelectedRoot[] | undefined {
  const query = selecting.schema.getQueryType();
  if (!query) return undefined;
  const roots: SelectedRoot[] = [];
  for (const selected of collectFields(query, [operation.definition.selectionSet], selecting)) {
    const field = query.getFields()[selected.name];
    const read = field && findRootRead(field);
    if (read) roots.push({ selected, described: { field, read } });
    else if (selected.name === '__typename') roots.push({ selected });
    else return undefined;
  }
  return roots;
}
