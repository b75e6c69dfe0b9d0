import type { ControlReport, ControlStep } from '../control.ts';
import type { Cluster } from '../engine/cluster.ts';
import { completeToken } from '../world/build-cluster.ts';

type AccessStep = Extract<
  ControlStep,
  {
    do:
      | 'set-user'
      | 'remove-user'
      | 'set-token'
      | 'remove-token'
      | 'set-role'
      | 'set-acl'
      | 'remove-acl'
      | 'set-pool'
      | 'set-storage'
      | 'set-options';
  }
>;

/** Steps about users, rights, pools, storages and options. Others do nothing here. */
export function runAccessStep(cluster: Cluster, step: ControlStep): ControlReport {
  if (step.do !== 'set-token') {
    applyAccessStep(cluster, step);
    return {};
  }
  const token = completeToken(step.token, cluster.random);
  cluster.access.setToken(token);
  return { secret: token.secret };
}

function applyAccessStep(cluster: Cluster, step: AccessStep | ControlStep): void {
  const { access } = cluster;
  switch (step.do) {
    case 'set-user':
      access.setUser(step.user);
      break;
    case 'remove-user':
      access.removeUser(step.id);
      break;
    case 'remove-token':
      access.removeToken(step.user, step.id);
      break;
    case 'set-role':
      access.setRole(step.role);
      break;
    case 'set-acl':
      access.setAcl(step.acl);
      break;
    case 'remove-acl':
      access.removeAcl(step.acl);
      break;
    case 'set-pool': {
      const { id, comment, guests, storages } = step.pool;
      cluster.pools.set(id, { id, comment, guests: new Set(guests), storages: new Set(storages) });
      break;
    }
    case 'set-storage':
      cluster.setStorage(step.storage);
      break;
    case 'set-options':
      for (const [key, value] of Object.entries(step.options)) {
        if (value === null) cluster.options.delete(key);
        else cluster.options.set(key, value);
      }
      break;
    default:
  }
}
