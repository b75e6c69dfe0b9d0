import type { Pool } from '../engine/cluster.ts';
import { ApiError, refuse } from '../errors.ts';
import type { ApiCall, Handler, Handlers } from './call.ts';
import { describeMember } from './guest-resources.ts';

/** Pools, in the old form with the name in the path and in the new one with it as a parameter. */
export const poolHandlers: Handlers = {
  'GET /pools': listPools,
  'POST /pools': createPool,
  'PUT /pools': asChange(updatePool),
  'DELETE /pools': asChange(deletePool),
  'GET /pools/{poolid}': getPool,
  'PUT /pools/{poolid}': asChange(updatePool),
  'DELETE /pools/{poolid}': asChange(deletePool),
};

function asChange(change: (call: ApiCall) => void): Handler {
  return (call) => {
    change(call);
    return null;
  };
}

function listPools(call: ApiCall): object[] {
  const { cluster, identity, parameters } = call;
  const wanted = parameters.text('poolid');
  if (wanted !== undefined && !cluster.pools.has(wanted)) throw refuse(`no such pool '${wanted}'`);
  return [...cluster.pools.values()]
    .filter((pool) => wanted === undefined || pool.id === wanted)
    .filter((pool) => cluster.permissions.has(identity, `/pool/${pool.id}`, 'Pool.Audit'))
    .map((pool) => ({
      poolid: pool.id,
      ...(pool.comment === undefined ? {} : { comment: pool.comment }),
      ...(wanted === undefined ? {} : { members: listMembers(call, pool.id) }),
    }));
}

function getPool(call: ApiCall): object {
  const pool = requirePool(call, 'no such pool');
  const comment = pool.comment === undefined ? {} : { comment: pool.comment };
  // Asked by name in the path, the name is part of the answer from 8.1 on.
  const id = call.cluster.behaviour.nestedPools ? { poolid: pool.id } : {};
  return { ...comment, ...id, members: listMembers(call, pool.id) };
}

function listMembers(call: ApiCall, id: string): object[] {
  const { cluster, parameters } = call;
  const pool = cluster.pools.get(id);
  const type = parameters.text('type');
  const guests = [...(pool?.guests ?? [])]
    .map((vmid) => cluster.guests.get(vmid))
    .filter((guest) => guest !== undefined && (type === undefined || guest.type === type))
    .map((guest) => (guest ? describeMember(call, guest) : {}));
  const storages = type === undefined || type === 'storage' ? [...(pool?.storages ?? [])] : [];
  const rows = storages.flatMap((storage) =>
    [...cluster.nodes.keys()].map((node) => ({
      id: `storage/${node}/${storage}`,
      type: 'storage',
      storage,
      node,
    })),
  );
  return [...guests, ...rows];
}

function createPool(call: ApiCall): null {
  const { cluster, parameters } = call;
  const id = parameters.require('poolid');
  if (cluster.pools.has(id)) throw new ApiError(500, `create pool failed: pool '${id}' already exists`);
  requireWritable(call);
  cluster.pools.set(id, { id, comment: parameters.text('comment'), guests: new Set(), storages: new Set() });
  return null;
}

function updatePool(call: ApiCall): void {
  const { cluster, parameters } = call;
  const pool = requirePool(call, 'update pools failed: pool');
  requireWritable(call);
  const isRemoval = parameters.flag('delete') ?? false;
  if (parameters.has('comment')) pool.comment = parameters.text('comment');
  for (const vmid of parameters.list('vms').map(Number)) {
    const other = cluster.findPoolOf(`/vms/${vmid}`);
    if (isRemoval && other !== pool.id) throw refuse(`update pools failed: VM ${vmid} is not a pool member`);
    if (isRemoval) pool.guests.delete(vmid);
    else if (other === pool.id) throw refuse(`update pools failed: VM ${vmid} is already a pool member`);
    else if (other !== undefined && !parameters.flag('allow-move')) {
      throw refuse(
        `update pools failed: VM ${vmid} belongs already to pool '${other}' and 'allow-move' is not set`,
      );
    } else {
      if (other !== undefined) cluster.pools.get(other)?.guests.delete(vmid);
      pool.guests.add(vmid);
    }
  }
  for (const storage of parameters.list('storage')) {
    if (isRemoval) pool.storages.delete(storage);
    else pool.storages.add(storage);
  }
}

function deletePool(call: ApiCall): void {
  const pool = requirePool(call, 'delete pool failed: pool');
  requireWritable(call);
  const [guest] = pool.guests;
  const [storage] = pool.storages;
  if (guest !== undefined)
    throw refuse(`delete pool failed: pool '${pool.id}' is not empty (contains VM ${guest})`);
  if (storage !== undefined) {
    throw refuse(`delete pool failed: pool '${pool.id}' is not empty (contains storage '${storage}')`);
  }
  call.cluster.pools.delete(pool.id);
}

/** The pool that is meant; `complaint` begins the refusal when there is none of that name. */
function requirePool({ cluster, parameters }: ApiCall, complaint: string): Pool {
  const id = parameters.require('poolid');
  const pool = cluster.pools.get(id);
  if (pool) return pool;
  throw refuse(`${complaint} '${id}'${complaint.endsWith('such pool') ? '' : ' does not exist'}`);
}

function requireWritable({ cluster, node }: ApiCall): void {
  if (!cluster.isQuorate(node)) throw refuse(`cfs-lock 'file-user_cfg' error: no quorum!`);
}
