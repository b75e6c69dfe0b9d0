import { ownerOf } from '../../names/account.ts';
import { refuse, refuseParameters } from '../errors.ts';
import { Answer } from '../http/envelope.ts';
import type { ApiCall, Handlers } from './call.ts';
import { haHandlers } from './ha.ts';
import { listNodeRows, listResources } from './resources.ts';
import { describeTask } from './task-rows.ts';

/** Version, status, resources, next id and tasks of the cluster. */
export const clusterHandlers: Handlers = {
  'GET /': () => ['version', 'cluster', 'nodes', 'storage', 'access', 'pools'].map((subdir) => ({ subdir })),
  'GET /cluster': () =>
    ['status', 'resources', 'nextid', 'tasks', 'options', 'ha', 'replication'].map((name) => ({ name })),
  'GET /version': ({ cluster }) => describeInstallation(cluster),
  'GET /nodes/{node}/version': ({ cluster }) => describeInstallation(cluster),
  'GET /cluster/status': getStatus,
  'GET /cluster/resources': listResources,
  'GET /cluster/nextid': getNextId,
  'GET /cluster/tasks': listClusterTasks,
  'GET /cluster/options': ({ cluster }) => ({
    keyboard: 'en-us',
    'allowed-tags': [],
    ...Object.fromEntries(cluster.options),
  }),
  'PUT /cluster/options': ({ cluster, parameters }) => {
    for (const name of parameters.list('delete')) cluster.options.delete(name);
    for (const [name, value] of parameters.entries()) if (name !== 'delete') cluster.options.set(name, value);
    return null;
  },
  ...haHandlers,
  'GET /cluster/replication': () => [],
  'GET /nodes': (call) =>
    listNodeRows(call).map((row) => ({
      ...row,
      ssl_fingerprint: call.cluster.fingerprints.get(row.node) ?? '',
    })),
};

function describeInstallation(cluster: ApiCall['cluster']): object {
  const { version, release } = cluster.behaviour;
  return { version, release, repoid: cluster.world.repoid ?? '14a22df35955d97d' };
}

function getStatus({ cluster, contacted }: ApiCall): object[] {
  const nodes = [...cluster.nodes.values()].map((node) => ({
    type: 'node',
    id: `node/${node.name}`,
    name: node.name,
    nodeid: cluster.name === null ? 0 : node.id,
    ip: node.ip,
    local: node.name === contacted ? 1 : 0,
    online: cluster.canReach(contacted, node.name) ? 1 : 0,
    level: '',
  }));
  if (cluster.name === null) return nodes;
  const head = {
    type: 'cluster',
    id: 'cluster',
    name: cluster.name,
    nodes: nodes.length,
    version: cluster.world.configVersion,
    quorate: cluster.isQuorate(contacted) ? 1 : 0,
  };
  return [head, ...nodes];
}

function getNextId({ cluster, parameters }: ApiCall): string {
  const wanted = parameters.integer('vmid');
  if (wanted !== undefined) {
    if (cluster.guests.get(wanted)) throw refuseParameters({ vmid: `VM ${wanted} already exists` });
    return String(wanted);
  }
  const range = cluster.options.get('next-id') ?? '';
  const lower = Number(/lower=(\d+)/.exec(range)?.[1] ?? 100);
  const upper = Number(/upper=(\d+)/.exec(range)?.[1] ?? 1_000_000);
  for (let vmid = lower; vmid < upper; vmid += 1) if (!cluster.guests.get(vmid)) return String(vmid);
  throw refuse(`unable to get any free VMID in range [${lower}, ${upper}]`);
}

/** Running tasks, and of each node's finished ones the latest. */
function listClusterTasks({ cluster, identity, contacted }: ApiCall): Answer {
  const seesAll = cluster.permissions.has(identity, '/', 'Sys.Audit');
  const rows = [...cluster.nodes.keys()]
    .filter((node) => cluster.canReach(contacted, node))
    .flatMap((node) => [...cluster.tasks.running(node), ...cluster.tasks.finished(node)].slice(0, 25))
    // The owner is compared with the token's id too: a token without the right sees nothing, not even its own tasks.
    .filter((task) => seesAll || (identity.token === undefined && ownerOf(task.parts.user) === identity.user))
    .map((task) => {
      const { pstart: _pstart, ...row } = describeTask(task);
      if (task.endedAt === undefined) return { ...row, saved: '0' };
      const { pid: _pid, ...rest } = row;
      return {
        ...rest,
        endtime: Math.floor(task.endedAt / 1000),
        saved: cluster.tasks.endedLast(task) ? 1 : '1',
        status: task.exitStatus ?? 'unexpected status',
      };
    });
  return new Answer(rows);
}
