/** How the predecessor cleaned a name: lower case, everything strange to one hyphen, at most 63 characters. */
export function cleanLegacyName(name: string): string {
  const cleaned = name
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')
    .replace(/-+/g, '-')
    .replace(/^-|-$/g, '');
  return cleaned.slice(0, 63).replace(/-+$/, '');
}

/** A template as far as its name tells. */
export interface NamedTemplate {
  vmid: number;
  name: string;
}

/**
 * Which templates are the predecessor's replicas by their name alone, and of which original. It named a replica
 * `<name>-replica-<node>` and did not know its replicas again, so they were copied in their turn:
 * `<name>-replica-pve2-replica-pve3`. An original of the first name must be there; of several the lowest id counts.
 *
 * @returns vmid of the replica → vmid of the original.
 */
export function findLegacyReplicas(
  templates: readonly NamedTemplate[],
  nodes: readonly string[],
): Map<number, number> {
  const originals = new Map<string, number>();
  for (const { vmid, name } of [...templates].sort((a, b) => b.vmid - a.vmid)) {
    originals.set(cleanLegacyName(name), vmid);
  }
  const suffixes = nodes.map((node) => `-replica-${cleanLegacyName(node)}`);
  const found = new Map<number, number>();
  for (const { vmid, name } of templates) {
    const first = cutSuffixes(name, suffixes);
    const original = first === name ? undefined : originals.get(first);
    if (original !== undefined && original !== vmid) found.set(vmid, original);
  }
  return found;
}

/** The name without any `-replica-<node>` at its end. */
function cutSuffixes(name: string, suffixes: readonly string[]): string {
  const suffix = suffixes.find((one) => name.length > one.length && name.endsWith(one));
  return suffix === undefined ? name : cutSuffixes(name.slice(0, -suffix.length), suffixes);
}
