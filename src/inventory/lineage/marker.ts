import { createHash } from 'node:crypto';

/** What a marked guest is. */
export type MarkerKind = 'replica' | 'class-base' | 'teacher' | 'student';

/** Lineage as it is written into a guest's description by the clone call that makes it. */
export interface Marker {
  kind: MarkerKind;
  /** The marked guest's own id: clones inherit descriptions, so a marker that names another one says nothing. */
  vmid: number;
  /** The lineage source: an original or a class base, never a replica. */
  source: number;
  /** The source's generation when the copy was begun: 16 hexadecimal digits, `unknownGeneration` where nobody knew. */
  generation: string;
  /** Id of the class it belongs to. */
  classId?: number;
  /** Token of the step that made it: letters, digits, `-` and `_`, at most 64. */
  token: string;
}

/** Stands in a marker for a source whose generation was not known. */
export const unknownGeneration = '0'.repeat(16);

/** In the markers of bases that were registered: no run has made them. */
export const registeredToken = 'registered';

/** The most characters that Proxmox takes as a description. */
export const maxDescriptionLength = 8192;

const markerLine =
  /^(template-hub: v1 kind=(replica|class-base|teacher|student) vmid=([1-9]\d{2,8}) source=([1-9]\d{2,8}) generation=([0-9a-f]{16})(?: class=([1-9]\d{0,8}))? token=([A-Za-z0-9_-]{1,64})) check=([0-9a-f]{8})$/;

const anyMarkerLine = /^\s*template-hub: v\d/;

/** The marker as one readable line; its check sum tells a damaged one. */
export function formatMarker({ kind, vmid, source, generation, classId, token }: Marker): string {
  const classPart = classId === undefined ? '' : ` class=${classId}`;
  const text = `template-hub: v1 kind=${kind} vmid=${vmid} source=${source} generation=${generation}${classPart} token=${token}`;
  return `${text} check=${checksum(text)}`;
}

/** The marker of the guest `vmid` in its description; undefined when there is none, it is damaged, or another guest's. */
export function parseMarker(description: string | undefined, vmid: number): Marker | undefined {
  return findMarkers(description).findLast((marker) => marker.vmid === vmid);
}

/** Every undamaged marker of a description, inherited ones too: those tell what a guest was cloned from. */
export function findMarkers(description: string | undefined): Marker[] {
  return (description ?? '').split(/\r?\n/).flatMap((line) => parseLine(line.trim()));
}

/** The description without any marker line, damaged ones included. */
export function stripMarkers(description: string | undefined): string {
  const lines = (description ?? '').split(/\r?\n/);
  if (!lines.some((line) => anyMarkerLine.test(line))) return description ?? '';
  return lines
    .filter((line) => !anyMarkerLine.test(line))
    .join('\n')
    .trimEnd();
}

/**
 * The description of a copy: the source's own text, then the marker. A text that would not fit into 8192 characters is
 * shortened, never the marker.
 */
export function markDescription(description: string | undefined, marker: Marker): string {
  const line = formatMarker(marker);
  const text = Array.from(stripMarkers(description).trimEnd());
  const room = maxDescriptionLength - line.length - 2;
  const kept = text.length <= room ? text.join('') : `${text.slice(0, room - 1).join('')}…`;
  return kept === '' ? line : `${kept}\n\n${line}`;
}

function parseLine(line: string): Marker[] {
  const [, text, kind, vmid, source, generation, classId, token, check] = markerLine.exec(line) ?? [];
  if (text === undefined || generation === undefined || token === undefined) return [];
  if (!isMarkerKind(kind) || check !== checksum(text)) return [];
  const lineage = { kind, vmid: Number(vmid), source: Number(source), generation, token };
  return [classId === undefined ? lineage : { ...lineage, classId: Number(classId) }];
}

function isMarkerKind(kind: string | undefined): kind is MarkerKind {
  return kind === 'replica' || kind === 'class-base' || kind === 'teacher' || kind === 'student';
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 8);
}
