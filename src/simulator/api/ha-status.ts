import type { Cluster } from '../engine/cluster.ts';
import type { Guest } from '../engine/guests.ts';
import {
  describeNodeState,
  describeService,
  describeServiceState,
  isHaActive,
  listServices,
} from '../engine/high-availability.ts';
import type { ApiCall, Handlers } from './call.ts';

/** What the manager of high availability says about nodes and guests. */
export const haStatusHandlers: Handlers = {
  'GET /cluster/ha/status': () => ['current', 'manager_status'].map((name) => ({ name })),
  'GET /cluster/ha/status/current': listStatus,
  'GET /cluster/ha/status/manager_status': getManagerStatus,
};

function listStatus({ cluster, contacted }: ApiCall): object[] {
  const isQuorate = cluster.isQuorate(contacted);
  const status = isQuorate ? 'OK' : `No quorum on node '${contacted}'!`;
  const quorum = { id: 'quorum', type: 'quorum', node: contacted, status, quorate: isQuorate ? 1 : 0 };
  const master = isHaActive(cluster) ? findMaster(cluster) : undefined;
  if (master === undefined) return [quorum, ...describeFencing(cluster, { node: contacted, isArmed: false })];
  const timestamp = cluster.nowSeconds();
  const text = `${master} (active, ${describeTime(timestamp)})`;
  return [
    quorum,
    { id: 'master', type: 'master', node: master, status: text, timestamp },
    ...describeFencing(cluster, { node: master, isArmed: true }),
    ...[...cluster.nodes.keys()].toSorted().map((node) => describeLrmRow(cluster, node)),
    ...listServices(cluster).map(describeServiceRow),
  ];
}

function findMaster(cluster: Cluster): string | undefined {
  return [...cluster.nodes.keys()].find((node) => cluster.isUp(node) && cluster.isQuorate(node));
}

/** From 9.2 on the watchdogs are told of. */
function describeFencing(
  { behaviour }: Cluster,
  { node, isArmed }: { readonly node: string; readonly isArmed: boolean },
): object[] {
  if (!behaviour.tellsWatchdogs) return [];
  const state = isArmed ? 'armed' : 'standby';
  const status = `${state} (CRM watchdog ${isArmed ? 'active' : 'standby'})`;
  return [{ id: 'fencing', type: 'fencing', node, status, 'armed-state': state }];
}

function describeLrmRow(cluster: Cluster, node: string): object {
  const state = describeNodeState(cluster, node);
  const isBusy = listServices(cluster).some((guest) => guest.node === node && guest.running);
  const words = {
    online: isBusy ? 'active' : 'idle',
    maintenance: 'maintenance mode',
    unknown: 'old timestamp - dead?',
  };
  const watchdog = cluster.behaviour.tellsWatchdogs
    ? `, watchdog ${state === 'maintenance' || isBusy ? 'active' : 'standby'}`
    : '';
  const timestamp = cluster.nowSeconds();
  const status = `${node} (${words[state]}${watchdog}, ${describeTime(timestamp)})`;
  return { id: `lrm:${node}`, type: 'lrm', node, status, timestamp };
}

function describeServiceRow(guest: Guest): object {
  const sid = describeService(guest);
  const crmState = describeServiceState(guest);
  const state = describeVerbose(guest);
  return {
    id: `service:${sid}`,
    type: 'service',
    sid,
    node: guest.node,
    crm_state: crmState,
    state,
    request_state: guest.ha,
    status: `${sid} (${guest.node}, ${state})`,
  };
}

function describeVerbose(guest: Guest): string {
  if (guest.ha === 'ignored' || guest.ha === 'disabled') return guest.ha;
  if (describeServiceState(guest) === 'started') return guest.running ? 'started' : 'starting';
  return guest.running ? 'stopping' : 'stopped';
}

function getManagerStatus({ cluster, contacted }: ApiCall): object {
  const nodes = [...cluster.nodes.keys()];
  const timestamp = cluster.nowSeconds();
  const quorum = { node: contacted, quorate: cluster.isQuorate(contacted) ? 1 : 0 };
  if (!isHaActive(cluster)) return { manager_status: {}, quorum };
  const services = listServices(cluster).map((guest) => [
    describeService(guest),
    { node: guest.node, state: describeServiceState(guest), ...(guest.running ? { running: 1 } : {}) },
  ]);
  return {
    manager_status: {
      master_node: findMaster(cluster) ?? contacted,
      node_status: Object.fromEntries(nodes.map((node) => [node, describeNodeState(cluster, node)])),
      service_status: Object.fromEntries(services),
      timestamp,
    },
    lrm_status: Object.fromEntries(nodes.map((node) => [node, describeLrm(cluster, node)])),
    quorum,
  };
}

function describeLrm(cluster: Cluster, node: string): object {
  const isOut = describeNodeState(cluster, node) === 'maintenance';
  const state = isOut ? 'maintenance' : 'wait_for_agent_lock';
  return { mode: isOut ? 'maintenance' : 'active', state, results: {}, timestamp: cluster.nowSeconds() };
}

/** `Thu Nov 26 21:14:01 2026`, as Perl writes a time. */
function describeTime(seconds: number): string {
  const text = new Date(seconds * 1000).toUTCString();
  const [, day, date, month, year, time] = /^(\w+), (\d+) (\w+) (\d+) (\S+)/.exec(text) ?? [];
  return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}
