import { Kind, type SelectionSetNode } from 'graphql';
import { leafColumns, type LeafColumn } from './leaf-columns.ts';

/** One field of a template as it is to be answered. */
export type TemplatePart =
  | { readonly kind: 'leaf'; readonly key: string; readonly leaf: LeafColumn }
  | { readonly kind: 'replicas' | 'source'; readonly key: string; readonly selection: TemplateSelection };

/** What is selected of a template, in the order of the answer. */
export interface TemplateSelection {
  readonly parts: readonly TemplatePart[];
  /** The columns that are read, each once; `lineageColumns` come first where relations are selected. */
  readonly columns: readonly string[];
}

/** What the source and the replicas of a template are found by. */
export const lineageColumns = ['cluster_ip', 'proxmox_vmid', 'source_vmid'] as const;

/**
 * Reads what is selected of a template. undefined when it is more than columns, replicas and source: fragments,
 * directives, arguments, the same key twice, other relations.
 */
export function readSelection(
  set: SelectionSetNode | undefined,
  levels: number,
): TemplateSelection | undefined {
  if (!set) return undefined;
  const parts: TemplatePart[] = [];
  const keys = new Set<string>();
  for (const field of set.selections) {
    if (field.kind !== Kind.FIELD || field.directives?.length || field.arguments?.length) return undefined;
    const name = field.name.value;
    const key = field.alias?.value ?? name;
    if (keys.has(key) || key === '__proto__') return undefined;
    keys.add(key);
    const part = readPart(name, key, field.selectionSet, levels);
    if (!part) return undefined;
    parts.push(part);
  }
  return { parts, columns: listColumns(parts) };
}

function readPart(
  name: string,
  key: string,
  set: SelectionSetNode | undefined,
  levels: number,
): TemplatePart | undefined {
  if (name === 'replicas' || name === 'source') {
    const selection = levels > 0 ? readSelection(set, levels - 1) : undefined;
    return selection && { kind: name, key, selection };
  }
  const leaf = Object.hasOwn(leafColumns, name) ? leafColumns[name] : undefined;
  return leaf && { kind: 'leaf', key, leaf };
}

function listColumns(parts: readonly TemplatePart[]): string[] {
  const leaves = parts.flatMap((part) => (part.kind === 'leaf' ? part.leaf.column : []));
  return [...new Set([...lineageColumns, ...leaves])];
}
