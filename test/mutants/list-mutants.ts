import { parseSync } from 'vite';
import { isNode, mutate, type Change, type Node } from './mutations.ts';
import type { Mutant } from './mutant.ts';

/** Every change that may be made in a file of rules, in the order of the text. */
export function listMutants(file: string, source: string): Mutant[] {
  const { program } = parseSync(file, source);
  return listChanges(program, source)
    .map((change) => ({ ...change, file, line: source.slice(0, change.start).split('\n').length }))
    .toSorted((a, b) => a.start - b.start || a.end - b.end);
}

function listChanges(part: unknown, source: string): Change[] {
  if (Array.isArray(part)) return part.flatMap((one) => listChanges(one, source));
  if (!isNode(part) || isOfTypes(part)) return [];
  const inside = Object.values(part).flatMap((child) => listChanges(child, source));
  return [...mutate(part, source), ...inside];
}

/** Types, and what is imported: nothing of it happens. */
function isOfTypes({ type }: Node): boolean {
  const holdsExpression = ['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(type);
  return (type.startsWith('TS') && !holdsExpression) || type === 'ImportDeclaration';
}
