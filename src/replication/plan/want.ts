import type { ReplicationPolicy } from '../policy/policy.ts';
import { refuseNode, refuseTemplate } from '../policy/select.ts';
import type { PlanInput, PlanRequest } from './plan.ts';
import type { Reason } from './reason.ts';
import type { World } from './world.ts';
import type { Item } from './item.ts';

/** Why a source is not wanted on a node; undefined when it is. */
export function refuseWish(
  { source, node }: { source: Item; node: string },
  { policy, classes = [], request }: Pick<PlanInput, 'policy' | 'classes' | 'request'>,
): Reason | undefined {
  const refused = refuseNode(policy, node);
  if (refused) return refused;
  if (source.lineage.role !== 'class-base') {
    const asked = request !== undefined && isRequested(request, { source, node });
    return refuseTemplate(policy, { ...describe(source), vmid: source.vmid }, asked);
  }
  const demand = classes.find(({ classId }) => classId === source.lineage.classId);
  if (demand?.nodes.includes(node)) return undefined;
  return {
    code: 'CLASS_DOES_NOT_ASK',
    message: `No class asks for its base template ${source.vmid} on node ${node}`,
  };
}

/** Whether a request (or the lack of one) covers a pair. */
export function isRequested(
  request: PlanRequest | undefined,
  { source, node }: { source: Pick<Item, 'vmid'>; node: string },
): boolean {
  const vmids = request?.vmids;
  const nodes = request?.nodes;
  return (
    (vmids === undefined || vmids.includes(source.vmid)) && (nodes === undefined || nodes.includes(node))
  );
}

/** Why a node cannot take anything now. */
export function refuseTarget(
  node: World['nodes'][number],
  { facts }: Pick<World, 'facts'>,
): Reason | undefined {
  if (node.state === 'OFFLINE') return { code: 'NODE_OFFLINE', message: `Node ${node.name} is offline` };
  if (node.state === 'UNKNOWN') {
    return { code: 'NODE_UNKNOWN', message: node.fault?.message ?? `Node ${node.name} sends no statistics` };
  }
  if (facts?.maintenance.has(node.name)) {
    const message = `Node ${node.name} is in maintenance (HA): it gets no copies until that ends`;
    return { code: 'NODE_IN_MAINTENANCE', message };
  }
  if (node.listed) return undefined;
  const why = node.fault ? `: ${node.fault.message}` : '';
  return { code: 'NODE_NOT_LISTED', message: `Not every template on node ${node.name} could be read${why}` };
}

/** Why a source cannot be copied now, wherever to. */
export function refuseSource(source: Item, world: World): Reason | undefined {
  const online = world.nodes.some(({ name, state }) => name === source.node && state === 'ONLINE');
  if (!source.seen || !online) {
    const message = `Template ${source.vmid} on node ${source.node ?? 'unknown'} was not seen by this scan`;
    return { code: 'SOURCE_NOT_SEEN', message };
  }
  const lock = source.seen.lock ?? source.seen.details.lock;
  if (lock === undefined) return undefined;
  return {
    code: 'SOURCE_LOCKED',
    message: `Template ${source.vmid} is locked (${lock}); it is tried again later`,
  };
}

/** With `sharedStorage: skip`, a template wholly on storage that the node shares is as good as there. */
export function refuseShared(
  { source, node }: { source: Item; node: string },
  { policy, world }: { policy: ReplicationPolicy; world: World },
): Reason | undefined {
  const disks =
    source.seen?.details.disks.filter(({ storage, cdrom, unused }) => storage && !cdrom && !unused) ?? [];
  if (policy.sharedStorage !== 'skip' || disks.length === 0) return undefined;
  const shared = disks.every(({ storage = '' }) => {
    const there = world.storages.find(node, storage);
    return there?.shared === true && there.active;
  });
  if (!shared) return undefined;
  const message = `Template ${source.vmid} lies on storage that node ${node} shares, and the policy keeps one copy there`;
  return { code: 'SHARED_STORAGE', message };
}

function describe({ name, seen }: Item): { name: string; tags: readonly string[]; pool?: string } {
  return { name, tags: seen?.tags ?? [], pool: seen?.pool };
}
