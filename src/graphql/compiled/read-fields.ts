import { Kind, type FieldNode, type SelectionSetNode } from 'graphql';

/** A selected field under the key of its answer. */
export interface SelectedField {
  readonly key: string;
  readonly field: FieldNode;
}

/** The fields of a selection. undefined for fragments, directives and the same key twice. */
export function readFields(set: SelectionSetNode | undefined): SelectedField[] | undefined {
  const fields = new Map<string, FieldNode>();
  for (const field of set?.selections ?? []) {
    if (field.kind !== Kind.FIELD || field.directives?.length) return undefined;
    const key = field.alias?.value ?? field.name.value;
    if (fields.has(key)) return undefined;
    fields.set(key, field);
  }
  return Array.from(fields, ([key, field]) => ({ key, field }));
}

/** The same, and undefined for arguments, too. */
export function readPlainFields(set: SelectionSetNode | undefined): SelectedField[] | undefined {
  const fields = readFields(set);
  return fields?.some(({ field }) => field.arguments?.length) ? undefined : fields;
}
