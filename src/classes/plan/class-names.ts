/** The most characters of a guest's name: one label of a host name. */
export const maxNameLength = 63;

const placeholder = /<([a-z]+)>/g;
const known = ['class', 'teacher', 'n', 'nn', 'nnn'] as const;

type Placeholder = (typeof known)[number];

/** What a pattern's placeholders stand for. */
export interface NameParts {
  class: string;
  teacher?: string | null;
  /** Of students, from 1. */
  number: number;
}

/**
 * What is wrong with a pattern of students' names, in words; undefined when nothing is. `<class>`, `<teacher>`, `<n>` and,
 * with zeroes in front, `<nn>` and `<nnn>` are put in. One number is needed, so that names differ.
 */
export function findPatternFault(pattern: string): string | undefined {
  const used = [...pattern.matchAll(placeholder)].map(([, word = '']) => word);
  const unknown = used.find((word) => !isPlaceholder(word));
  if (unknown !== undefined)
    return `<${unknown}> is not known; use ${known.map((word) => `<${word}>`).join(', ')}`;
  if (!used.some(isNumber)) return 'it needs <n>, <nn> or <nnn>, so that names differ';
  const rest = pattern.replaceAll(placeholder, '');
  if (/[^A-Za-z0-9. _-]/.test(rest))
    return 'besides placeholders it may have letters, digits, "-", "." and spaces only';
  if (rest.length > maxNameLength - 15)
    return `besides placeholders it may have ${maxNameLength - 15} characters at most`;
  return undefined;
}

/**
 * The name of a student's machine. Proxmox takes host names only: other characters become `-`. What is too long is taken
 * from the names of class and teacher, never from the number, so different numbers have different names.
 */
export function nameStudent(pattern: string, parts: NameParts): string {
  for (let room = maxNameLength; room > 0; room -= 1) {
    const name = toHostName(fill(pattern, parts, room));
    if (name.length <= maxNameLength) return name;
  }
  return toHostName(fill(pattern, { ...parts, class: '', teacher: '' }, 0));
}

/** The name of the teacher's machine. */
export function nameTeacher(className: string): string {
  return withEnding(className, 'teacher');
}

/** The name of the base template on a node. */
export function nameBase(className: string, node: string): string {
  return withEnding(className, `base-${toLabel(node, 24) || 'node'}`);
}

function withEnding(className: string, ending: string): string {
  return `${toLabel(className, maxNameLength - ending.length - 1) || 'class'}-${ending}`;
}

function fill(pattern: string, { class: className, teacher, number }: NameParts, room: number): string {
  const words: Record<Placeholder, string> = {
    class: toLabel(className, room) || 'class',
    teacher: toLabel(teacher ?? '', room) || 'teacher',
    n: String(number),
    nn: String(number).padStart(2, '0'),
    nnn: String(number).padStart(3, '0'),
  };
  return pattern.replaceAll(placeholder, (whole, word: string) =>
    isPlaceholder(word) ? words[word] : whole,
  );
}

function toLabel(text: string, room: number): string {
  return trimEnds(toAscii(text).replaceAll(/-*[^A-Za-z0-9-][^A-Za-z0-9]*/g, '-'))
    .slice(0, room)
    .replace(/-+$/, '');
}

/** Dots stay between labels that are not empty. */
function toHostName(text: string): string {
  const labels = toAscii(text)
    .split('.')
    .map((label) => trimEnds(label.replaceAll(/[^A-Za-z0-9-]+/g, '-')))
    .filter((label) => label !== '');
  return labels.join('.');
}

function toAscii(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{Mark}/gu, '')
    .replaceAll('ß', 'ss');
}

function trimEnds(text: string): string {
  return text.replaceAll(/^-+|-+$/g, '');
}

function isPlaceholder(word: string): word is Placeholder {
  return known.some((other) => other === word);
}

function isNumber(word: string): boolean {
  return /^n{1,3}$/.test(word);
}
