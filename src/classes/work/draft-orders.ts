import { toRowKind } from '../../inventory/lineage/row-kind.ts';
import type { MakeOrder, RemoveOrder, StepOrder } from '../../replication/order.ts';
import type { MakeRecipeInput } from '../../replication/recipe.ts';
import type {
  GuestPlan,
  GuestRole,
  PlannedGuest,
  PlannedRemoval,
  PlannedStorage,
} from '../plan/class-plan.ts';
import { readSettings, splitList } from '../class-settings.ts';
import type { ClassRow } from '../rows.ts';

const kinds = {
  TEACHER: 'CLASS_TEACHER',
  BASE: 'CLASS_BASE',
  STUDENT: 'CLASS_STUDENT',
} as const satisfies Record<GuestRole, MakeOrder['kind']>;

const fullWays = { SAME_NODE: 'FULL_CLONE', TARGET: 'SHARED_TARGET', MIGRATE: 'LOCAL_MIGRATE' } as const;

/** What machines do not take over from the original: they must not all start with their node. */
const notInherited = ['onboot', 'startup'];

/** A plan as orders to the step machine, with a token for each key. */
export function draftOrders(found: ClassRow, plan: GuestPlan, createToken: () => string): StepOrder[] {
  const removals = [...plan.remove, ...plan.attempt];
  const keys = [...plan.make, ...removals].map(({ key }) => key);
  const tokens = new Map(keys.map((key) => [key, createToken()]));
  const tokenOf = (key: string) => tokens.get(key) ?? key;
  return [
    ...plan.make.map((guest) => draftGuest(found, guest, { plan, tokenOf })),
    ...removals.map((removal) => draftRemoval(found, removal, { plan, tokenOf })),
  ];
}

interface Drafting {
  plan: GuestPlan;
  tokenOf: (key: string) => string;
}

function draftGuest(found: ClassRow, guest: PlannedGuest, drafting: Drafting): MakeOrder {
  const { role, key, source, copy, node, name, full, transfer, bytes } = guest;
  const { plan, tokenOf } = drafting;
  return {
    kind: kinds[role],
    token: tokenOf(key),
    guestKind: toRowKind(plan.guestKind),
    sourceVmid: source?.vmid ?? 0,
    sourceNode: source?.node,
    sourceGeneration: source?.generation,
    copyVmid: copy?.vmid,
    copyNode: copy?.node,
    targetNode: node,
    targetStorage: full ? readSettings(found).storage : undefined,
    way: full ? fullWays[transfer] : 'LINKED_CLONE',
    name,
    classId: found.id,
    bytes: BigInt(bytes),
    recipe: draftRecipe(found, guest, drafting),
  };
}

function draftRecipe(found: ClassRow, guest: PlannedGuest, { plan, tokenOf }: Drafting): MakeRecipeInput {
  const { role, full, transfer, baseKey } = guest;
  const { storage, snapshot, start } = readSettings(found);
  const { pool, vmidFirst: first, vmidLast: last } = found;
  const tags = splitList(found.tags).join(';');
  return {
    full,
    cloneTarget: transfer === 'TARGET',
    cloneStorage: full ? storage : undefined,
    pool: pool ?? undefined,
    detach: full ? plan.detach : [],
    set: tags === '' ? {} : { tags },
    remove: notInherited,
    convert: role === 'BASE',
    snapshot: role === 'STUDENT' ? snapshot : undefined,
    start: role === 'STUDENT' && start,
    vmids: first === null || last === null ? undefined : { first, last },
    storages: listStorages(guest, plan.storages),
    sourceStep: baseKey === undefined ? undefined : tokenOf(baseKey),
  };
}

function draftRemoval(found: ClassRow, removal: PlannedRemoval, { plan, tokenOf }: Drafting): RemoveOrder {
  const { key, vmid, node, name, halfMade, after } = removal;
  return {
    kind: 'REMOVE',
    token: tokenOf(key),
    guestKind: toRowKind(plan.guestKind),
    vmid,
    node,
    name,
    sourceVmid: 0,
    classId: found.id,
    recipe: { stop: true, classId: found.id, halfMade: halfMade || undefined, after: after.map(tokenOf) },
  };
}

/**
 * As the limits of the step machine name them: `node/name`, or `name` where shared. A guest that moves lies on two nodes
 * for a while.
 */
function listStorages(
  { node, transfer, source, copy }: PlannedGuest,
  storages: readonly PlannedStorage[],
): string[] {
  const nodes = transfer === 'MIGRATE' ? [copy?.node ?? source?.node ?? node, node] : [node];
  const keys = nodes.flatMap((place) =>
    storages.map(({ name, shared }) => (shared ? name : `${place}/${name}`)),
  );
  return [...new Set(keys)];
}
