import type { Json } from './json.ts';

/** Gives the recorded name for a name in the replay: `key` is the property that holds it. */
export type ReadName = (key: string, value: string | number) => string | number;

/** Two elements of two lists that stand for the same thing. */
export interface Pair {
  /** What names the pair, such as `vmid=101`. */
  readonly label: string;
  readonly recorded: Json;
  readonly replayed: Json;
}

/** How the elements of two lists belong together. */
export interface Pairing {
  readonly pairs: readonly Pair[];
  readonly missing: readonly Json[];
  readonly extra: readonly Json[];
}

/** Properties by which elements are told apart, the most exact first. */
const KEYS = [
  'upid',
  'id',
  'vmid',
  'volid',
  'storage',
  'node',
  'poolid',
  'tokenid',
  'userid',
  'roleid',
  'name',
  'subdir',
];

/** Pairs the elements of two lists whose order means nothing: by name where they have one, otherwise by shape. */
export function pairElements(
  recorded: readonly Json[],
  replayed: readonly Json[],
  readName?: ReadName,
): Pairing {
  const key = KEYS.find((candidate) => isKey(candidate, recorded) && isKey(candidate, replayed));
  if (key === undefined) return pairBy(recorded, replayed, { groupOf: shapeOf, label: () => 'element' });
  const label = (element: Json) => `${key}=${String(nameOf(element, key))}`;
  const groupOfReplayed = (element: Json) => labelRead(element, key, readName);
  const byName = pairBy(recorded, replayed, { groupOf: label, groupOfReplayed, label });
  if (key !== 'upid') return byName;
  // Tasks of unrecorded steps have UPIDs that nobody could map: what they did tells them apart.
  const rest = pairBy(byName.missing, byName.extra, { groupOf: taskOf, label: taskOf });
  return { pairs: [...byName.pairs, ...rest.pairs], missing: rest.missing, extra: rest.extra };
}

interface Grouping {
  /** Elements of one group may be paired. */
  readonly groupOf: (element: Json) => string;
  /** The same for the second list, where it differs. */
  readonly groupOfReplayed?: (element: Json) => string;
  readonly label: (element: Json) => string;
}

function pairBy(recorded: readonly Json[], replayed: readonly Json[], grouping: Grouping): Pairing {
  const { groupOf, groupOfReplayed = groupOf, label } = grouping;
  const waiting = new Map<string, Json[]>();
  for (const element of replayed) {
    const group = groupOfReplayed(element);
    waiting.set(group, [...(waiting.get(group) ?? []), element]);
  }
  const pairs: Pair[] = [];
  const missing: Json[] = [];
  for (const element of recorded) {
    const partner = waiting.get(groupOf(element))?.shift();
    if (partner === undefined) missing.push(element);
    else pairs.push({ label: label(element), recorded: element, replayed: partner });
  }
  return { pairs, missing, extra: [...waiting.values()].flat() };
}

/** Whether every element has this property and no two have the same value. An empty list fits every key. */
function isKey(key: string, list: readonly Json[]): boolean {
  const names = list.map((element) => nameOf(element, key));
  return names.every((name) => name !== undefined) && new Set(names).size === names.length;
}

function nameOf(element: Json, key: string): string | number | undefined {
  if (element === null || typeof element !== 'object' || Array.isArray(element)) return undefined;
  const value = element[key];
  return typeof value === 'string' || typeof value === 'number' ? value : undefined;
}

function labelRead(element: Json, key: string, readName: ReadName | undefined): string {
  const name = nameOf(element, key);
  return `${key}=${String(name === undefined || readName === undefined ? name : readName(key, name))}`;
}

/** What a task was: type, id and user, as text. */
function taskOf(element: Json): string {
  return ['type', 'id', 'user'].map((key) => `${key}=${String(nameOf(element, key))}`).join(' ');
}

/** The keys and JSON types of a value, as text: two values of one shape have the same. */
export function shapeOf(value: Json): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return `[${[...new Set(value.map(shapeOf))].sort().join('|')}]`;
  if (typeof value !== 'object') return typeof value;
  const keys = Object.keys(value).sort();
  return `{${keys.map((key) => `${key}:${shapeOf(value[key] ?? null)}`).join(',')}}`;
}

/** A value shortened for a diff. */
export function describeElement(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}
