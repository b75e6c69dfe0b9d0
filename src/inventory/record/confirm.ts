import type { ProxmoxClient } from '../../proxmox/client.ts';
import { listGuests, type GuestRow } from '../../proxmox/endpoints/guests.ts';
import type { GuestKind } from '../../proxmox/guests/guest.ts';
import { toFault } from '../fault.ts';
import type {
  ClusterObservation,
  Fault,
  ObservedGuest,
  ObservedNode,
  ObservedTemplate,
} from '../observe/observation.ts';
import { readGuest } from '../observe/read-guest.ts';
import { fingerprintRow, type TemplateCache } from '../observe/template-cache.ts';

export interface ConfirmOptions {
  client: ProxmoxClient;
  observation: ClusterObservation;
  cache: TemplateCache;
  /** Nodes that something is to be made on. */
  nodes: readonly string[];
  /** Templates that something is to be made from: their configuration is read again. */
  sources: readonly number[];
  signal?: AbortSignal;
}

/**
 * Looks again, at the nodes themselves, before a plan is acted on. `/cluster/resources` lags behind: a template made in
 * the last seconds is not one there yet, and with a lost database nothing else would tell that a replica exists.
 * The answer is the observation with these nodes' guests and templates as they are now; plan again with it.
 */
export async function confirmObservation(options: ConfirmOptions): Promise<ClusterObservation> {
  const { observation, nodes } = options;
  const names = observation.nodes.filter(({ name, state }) => nodes.includes(name) && state === 'ONLINE');
  const live = await Promise.all(names.map(({ name }) => confirmNode(name, options)));
  const withNodes = live.reduce(replaceNode, observation);
  return rereadSources(withNodes, options);
}

/** What a node says of itself; a fault leaves what was known, and the node counts as not listed. */
interface LiveNode {
  node: string;
  guests: ObservedGuest[];
  templates: ObservedTemplate[];
  fault?: Fault;
}

async function confirmNode(node: string, options: ConfirmOptions): Promise<LiveNode> {
  const { client, observation, signal } = options;
  try {
    const lists = await Promise.all([
      listOneKind(client, { kind: 'qemu', node, signal }),
      listOneKind(client, { kind: 'lxc', node, signal }),
    ]);
    const rows = lists.flat();
    const pools = new Map(observation.guests.map(({ vmid, pool }) => [vmid, pool]));
    const templates = await Promise.all(
      rows.filter(({ template }) => template).map((row) => readTemplate(row, options)),
    );
    const guests = rows.map((row) => ({ ...toGuest(row), pool: pools.get(row.vmid) }));
    const withPools = templates.map((template) => ({ ...template, pool: pools.get(template.vmid) }));
    return { node, guests, templates: withPools, fault: templates.find(({ fault }) => fault)?.fault };
  } catch (error) {
    const fault = toFault(error, signal);
    const here = (one: { node: string }) => one.node === node;
    return {
      node,
      guests: observation.guests.filter(here),
      templates: observation.templates.filter(here),
      fault,
    };
  }
}

type LiveRow = GuestRow & { kind: GuestKind; node: string };

async function listOneKind(
  client: ProxmoxClient,
  { kind, node, signal }: { kind: GuestKind; node: string; signal?: AbortSignal },
): Promise<LiveRow[]> {
  const rows = await listGuests(client, { kind, node }, { signal });
  return rows.map((row) => ({ ...row, kind, node }));
}

async function readTemplate(
  row: LiveRow,
  { client, cache, sources, signal }: ConfirmOptions,
): Promise<ObservedTemplate> {
  const { vmid, kind, node, lock, tags } = row;
  const cached = cache.guests.get(vmid);
  const reusable = cached?.details && cached.fingerprint === fingerprintRow(row) && !sources.includes(vmid);
  try {
    const read = reusable ? cached : await readGuest(client, row, signal);
    cache.guests.set(vmid, read);
    return {
      vmid,
      kind,
      node,
      lock,
      name: read.name,
      tags: read.tags,
      seen: read.details !== undefined,
      details: read.details,
    };
  } catch (error) {
    const fault = toFault(error, signal);
    return { vmid, kind, node, lock, name: row.name ?? `VM ${vmid}`, tags, seen: false, fault };
  }
}

function toGuest({ vmid, kind, node, name, template, status, lock, tags }: LiveRow): ObservedGuest {
  return { vmid, kind, node, name, template, running: status === 'running', lock, tags };
}

/** What a node says of itself stands over what the lists said of it, and over its guests' former places. */
function replaceNode(observation: ClusterObservation, live: LiveNode): ClusterObservation {
  const vmids = new Set(live.guests.map(({ vmid }) => vmid));
  const stays = (one: { node: string; vmid: number }) => one.node !== live.node && !vmids.has(one.vmid);
  return {
    ...observation,
    nodes: observation.nodes.map((node) => (node.name === live.node ? updateNode(node, live) : node)),
    guests: byVmid([...observation.guests.filter(stays), ...live.guests]),
    templates: byVmid([...observation.templates.filter(stays), ...live.templates]),
    gone: observation.gone.filter((vmid) => !live.templates.some((template) => template.vmid === vmid)),
    complete: observation.complete && live.fault === undefined,
  };
}

function updateNode(node: ObservedNode, { guests, fault }: LiveNode): ObservedNode {
  return { ...node, guests: guests.length, listed: fault === undefined, fault };
}

/** Sources elsewhere are read again as well: one may have been rebuilt without any list showing it. */
async function rereadSources(
  observation: ClusterObservation,
  options: ConfirmOptions,
): Promise<ClusterObservation> {
  const { client, cache, sources, nodes, signal } = options;
  const templates = await Promise.all(
    observation.templates.map(async (template) => {
      const { vmid, node, seen } = template;
      if (!seen || !sources.includes(vmid) || nodes.includes(node)) return template;
      try {
        const read = await readGuest(client, { ...template, template: true }, signal);
        cache.guests.delete(vmid);
        return { ...template, seen: read.details !== undefined, details: read.details };
      } catch (error) {
        return { ...template, seen: false, details: undefined, fault: toFault(error, signal) };
      }
    }),
  );
  return { ...observation, templates };
}

function byVmid<Guest extends { vmid: number }>(guests: Guest[]): Guest[] {
  return guests.sort((a, b) => a.vmid - b.vmid);
}
