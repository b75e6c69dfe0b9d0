/** What a name pattern is filled from. */
export interface NameParts {
  /** The source's name. */
  name: string;
  /** The target node. */
  node: string;
  /** The source's vmid. */
  vmid: number;
}

const longest = 63;

/**
 * The name of a replica after a pattern such as `<name>-replica`. What Proxmox would refuse becomes hyphens, and of a
 * result of more than 63 characters only the source's name is cut, so that what the pattern adds is never lost.
 */
export function nameReplica(pattern: string, { name, node, vmid }: NameParts): string {
  const filled = pattern.replaceAll('<node>', node).replaceAll('<vmid>', String(vmid));
  const source = sanitizeName(name);
  const full = sanitizeName(filled.replaceAll('<name>', source));
  if (full.length <= longest) return full || `template-${vmid}`;
  const places = filled.split('<name>').length - 1;
  const room =
    places === 0
      ? 0
      : Math.max(0, Math.floor((longest - (filled.length - places * '<name>'.length)) / places));
  return cut(sanitizeName(filled.replaceAll('<name>', source.slice(0, room)))) || `template-${vmid}`;
}

/**
 * A name by Proxmox's rules: labels of letters, digits and hyphens, joined by dots, none of them beginning or ending
 * with a hyphen. Whatever else is there becomes one hyphen, with the hyphens around it. Empty when nothing is left.
 */
export function sanitizeName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/-*[^A-Za-z0-9.-][^A-Za-z0-9.]*/g, '-')
    .split('.')
    .map((label) => label.replace(/^-+|-+$/g, ''))
    .filter((label) => label !== '')
    .join('.');
}

function cut(name: string): string {
  return name.slice(0, longest).replace(/[-.]+$/, '');
}
