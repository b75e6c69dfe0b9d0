import type { Difference } from './difference.ts';
import { maskLog, maskText } from './masks.ts';
import { describeElement, pairElements, type ReadName } from './pair.ts';
import { toText, type Json } from './json.ts';

/** How two bodies are compared. */
export interface BodyOptions {
  /** The recorded name of something that the replay names differently (a UPID, a guest that won a race). */
  readonly readName?: ReadName;
  /** Compares the values of all keys as well, except those that are arbitrary (times, sizes in use, …). */
  readonly values?: boolean;
}

/** Keys that hold a text which tells how something ended or why it was refused. */
const TEXTS = new Set(['message', 'exitstatus', 'status', 't']);

/** Keys whose values differ from run to run, and are therefore never compared by value. */
const ARBITRARY = new Set(
  `avail cpu ctime CSRFPreventionToken digest disk diskread diskwrite endtime freemem level loadavg maxdisk maxmem
  mem meta net0 netin netout pid pstart repoid saved smbios1 snaptime ssl_fingerprint starttime ticket total upid
  uptime used used_fraction value vmgenid`.split(/\s+/),
);

/** Compares two JSON bodies: keys, JSON types and texts; lists regardless of their order. */
export function compareBodies(recorded: Json, replayed: Json, options: BodyOptions = {}): Difference[] {
  return compareValues({ where: '', recorded, replayed, isText: false }, options);
}

interface Place {
  /** Path from the top of the body, '' at the top. */
  readonly where: string;
  readonly recorded: Json;
  readonly replayed: Json;
  /** Whether a string here is a text whose wording counts. */
  readonly isText: boolean;
}

function compareValues(place: Place, options: BodyOptions): Difference[] {
  const { recorded, replayed } = place;
  const where = place.where === '' ? 'body' : place.where;
  if (typeOf(recorded) !== typeOf(replayed)) {
    return [{ kind: 'type', where, recorded: describeValue(recorded), replayed: describeValue(replayed) }];
  }
  if (Array.isArray(recorded) && Array.isArray(replayed))
    return compareLists(place, recorded, replayed, options);
  if (isObject(recorded) && isObject(replayed)) return compareObjects(place, recorded, replayed, options);
  if (place.isText) return compareTexts(where, recorded, replayed);
  if (options.values === true && !isSameValue(lastKey(where), [recorded, replayed], options)) {
    return [{ kind: 'value', where, recorded: JSON.stringify(recorded), replayed: JSON.stringify(replayed) }];
  }
  return [];
}

/** Lists such as `images,iso` in one text have no order; names made anew are the same when they are translated. */
function isSameValue(
  key: string,
  [recorded, replayed]: readonly [Json, Json],
  options: BodyOptions,
): boolean {
  if (recorded === replayed || ARBITRARY.has(key)) return true;
  if (typeof replayed !== 'string' && typeof replayed !== 'number') return false;
  const name = options.readName?.(replayed.toString().startsWith('UPID:') ? 'upid' : key, replayed);
  return name === recorded || sortWords(recorded) === sortWords(replayed);
}

function sortWords(value: Json): string {
  return toText(value).split(',').sort().join(',');
}

function compareTexts(where: string, recorded: Json, replayed: Json): Difference[] {
  if (maskText(toText(recorded)) === maskText(toText(replayed))) return [];
  return [
    { kind: 'text', where, recorded: toText(recorded).trimEnd(), replayed: toText(replayed).trimEnd() },
  ];
}

type JsonObject = { [key: string]: Json };

function compareObjects(
  place: Place,
  recorded: JsonObject,
  replayed: JsonObject,
  options: BodyOptions,
): Difference[] {
  const keys = [...new Set([...Object.keys(recorded), ...Object.keys(replayed)])].sort();
  const isInErrors = lastKey(place.where) === 'errors';
  return keys.flatMap((key): Difference[] => {
    const where = place.where === '' ? key : `${place.where}.${key}`;
    const [old, now] = [recorded[key], replayed[key]];
    if (old === undefined && now === undefined) return [];
    if (now === undefined) return [{ kind: 'missing', where, recorded: describeValue(old ?? null) }];
    if (old === undefined) return [{ kind: 'extra', where, replayed: describeValue(now) }];
    return compareValues(
      { where, recorded: old, replayed: now, isText: isInErrors || TEXTS.has(key) },
      options,
    );
  });
}

function compareLists(place: Place, recorded: Json[], replayed: Json[], options: BodyOptions): Difference[] {
  const { where } = place;
  const [old, now] = [logLines(recorded), logLines(replayed)];
  if (old !== undefined && now !== undefined) return compareLogs(where, old, now);
  const pairing = pairElements(recorded, replayed, options.readName);
  return [
    ...pairing.pairs.flatMap((pair) =>
      compareValues({ ...pair, where: `${where}[${pair.label}]`, isText: false }, options),
    ),
    ...pairing.missing.map((element) => ({
      kind: 'missing' as const,
      where: `${where}[]`,
      recorded: describeElement(element),
    })),
    ...pairing.extra.map((element) => ({
      kind: 'extra' as const,
      where: `${where}[]`,
      replayed: describeElement(element),
    })),
  ];
}

/** The lines of a task log, or undefined for any other list. */
function logLines(list: Json[]): string[] | undefined {
  const lines = list.map((element) => (isObject(element) && 'n' in element ? element['t'] : undefined));
  const texts = lines.filter((line) => typeof line === 'string');
  return list.length > 0 && texts.length === list.length ? texts : undefined;
}

function compareLogs(where: string, recorded: string[], replayed: string[]): Difference[] {
  const [old, now] = [maskLog(recorded), maskLog(replayed)];
  if (old.join('\n') === now.join('\n')) return [];
  return [{ kind: 'text', where: `${where} log lines`, recorded: old.join('\n'), replayed: now.join('\n') }];
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isObject(value: Json | undefined): value is JsonObject {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function lastKey(where: string): string {
  return /[^.\]]*$/.exec(where)?.[0] ?? '';
}

function describeValue(value: Json): string {
  return `${typeOf(value)} ${describeElement(value)}`;
}
