import type { Node } from '../engine/cluster.ts';
import { findZone, listVnets, listZones } from '../engine/networks.ts';
import type { ApiCall, Handlers } from './call.ts';

/** Bridges of nodes, zones and virtual networks. */
export const networkHandlers: Handlers = {
  'GET /nodes/{node}/network': listInterfaces,
  'GET /nodes/{node}/sdn/zones': (call) =>
    listVisibleZones(call).map((zone) => ({ zone, status: 'available' })),
  'GET /cluster/sdn/zones': (call) => listVisibleZones(call).map((zone) => ({ zone, type: 'simple' })),
  'GET /cluster/sdn/vnets': (call) =>
    call.cluster.world.vnets
      .filter(({ id }) => maySee(call, id))
      .map(({ id, zone }) => ({ vnet: id, zone, type: 'vnet' })),
};

/** Zones that virtual networks stand in; the one of plain bridges is none of them. */
function listVisibleZones({ cluster, identity }: ApiCall): string[] {
  const isVisible = (zone: string): boolean =>
    ['SDN.Audit', 'SDN.Allocate'].some((one) => cluster.permissions.has(identity, `/sdn/zones/${zone}`, one));
  return listZones(cluster).slice(1).filter(isVisible);
}

function maySee({ cluster, identity }: ApiCall, bridge: string): boolean {
  const path = `/sdn/zones/${findZone(cluster, bridge)}/${bridge}`;
  return ['SDN.Audit', 'SDN.Use'].some((privilege) => cluster.permissions.has(identity, path, privilege));
}

function listInterfaces(call: ApiCall): object[] {
  const { cluster, node: name, parameters } = call;
  const node = cluster.requireNode(name);
  const wanted = parameters.text('type');
  const isAll = wanted === undefined || wanted === 'include_sdn';
  const wantsBridges = isAll || ['bridge', 'any_bridge', 'any_local_bridge'].includes(wanted);
  const bridges = node.bridges.flatMap((bridge, index) =>
    wantsBridges && maySee(call, bridge) ? [describeBridge(node, bridge, index)] : [],
  );
  const cards = isAll || wanted === 'eth' ? node.bridges.map((_, index) => describeCard(index)) : [];
  const withVnets = wanted === 'any_bridge' || wanted === 'include_sdn' || wanted === 'vnet';
  const vnets = listVnets(cluster, name).filter(({ id }) => withVnets && maySee(call, id));
  return [...cards, ...bridges, ...vnets.map(({ id }) => ({ iface: id, type: 'vnet', active: '1' }))];
}

/** The node's own address stands on its first bridge. */
function describeBridge(node: Node, bridge: string, index: number): object {
  const [first = '10'] = node.ip.split('.');
  const address = { address: node.ip, netmask: '24', cidr: `${node.ip}/24`, gateway: `${first}.0.0.1` };
  return {
    iface: bridge,
    type: 'bridge',
    active: 1,
    autostart: 1,
    method: index === 0 ? 'static' : 'manual',
    method6: 'manual',
    families: ['inet'],
    bridge_ports: describeCardName(index),
    bridge_stp: 'off',
    bridge_fd: '0',
    priority: 10 + index,
    ...(index === 0 ? address : {}),
  };
}

function describeCard(index: number): object {
  const iface = describeCardName(index);
  return {
    iface,
    type: 'eth',
    active: 1,
    exists: 1,
    method: 'manual',
    method6: 'manual',
    families: ['inet'],
    priority: 3 + index,
  };
}

function describeCardName(index: number): string {
  return `enp${index + 1}s0`;
}
