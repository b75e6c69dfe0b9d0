import { dataset } from './dataset.ts';
import type { BenchRequest } from './measure.ts';

/** One question, as each server is asked it. */
export interface BenchCase {
  readonly name: string;
  readonly hub: BenchRequest;
  readonly bare?: BenchRequest;
  readonly mercurius?: BenchRequest;
}

const fields = 'databaseId name vmid clusterIp clusterId node isReplica sourceVmid sourceNode lastVerifiedAt';
const list = `query List($after: Int!) { templates(first: 50, where: { databaseId: { gt: $after } }) { nodes { ${fields} } } }`;
const one = `query One($id: ID!) { template(id: $id) { ${fields} } }`;
const nested = `query Nested($after: Int!) {
  templates(first: 20, where: { isReplica: { eq: false }, databaseId: { gt: $after } }) {
    nodes { databaseId name vmid node replicas { databaseId name vmid node } }
  }
}`;
const nestedPlain = `query Nested($after: Int!) {
  originals(after: $after, first: 20) { databaseId name vmid node replicas { databaseId name vmid node } }
}`;
const distribution = `query Distribution($vmid: Int!) {
  nodeDistribution(vmid: $vmid) { nodes { node vmid name isOriginal lastVerifiedAt } }
}`;
const stats =
  '{ stats { totalTemplates originalTemplates replicaTemplates classTemplates templatesByNode { node count } } }';

/** Somewhere in the table, another place each turn. */
const place = (turn: number): number => (turn * 7919) % (dataset.rows - 200);

function post(query: string, variables: (turn: number) => object): BenchRequest {
  return {
    method: 'POST',
    path: () => '/graphql',
    body: (turn) => JSON.stringify({ query, variables: variables(turn) }),
  };
}

/** Like the bare server's requests: a POST costs Node itself some microseconds more, on any server. */
function getGraphql(query: string, variables: (turn: number) => object): BenchRequest {
  const path = `/graphql?query=${encodeURIComponent(query)}&variables=`;
  return get((turn) => path + encodeURIComponent(JSON.stringify(variables(turn))));
}

function get(path: (turn: number) => string): BenchRequest {
  return { method: 'GET', path };
}

const globalId = (id: number): string => Buffer.from(`Template:${id}`).toString('base64');
const vmidOf = (turn: number): number => 101 + 5 * Math.floor(place(turn) / 5);

/** Every case hot (the same request again and again) and cold (other variables each time), where both are asked for. */
export const benchCases: readonly BenchCase[] = [
  { name: 'hot_list', hub: post(list, () => ({ after: 1000 })), bare: get(() => '/list?after=1000') },
  {
    name: 'cold_list',
    hub: post(list, (turn) => ({ after: place(turn) })),
    bare: get((turn) => `/list?after=${place(turn)}`),
  },
  {
    name: 'hot_one',
    hub: getGraphql(one, () => ({ id: globalId(1000) })),
    bare: get(() => '/one?id=1000'),
  },
  {
    name: 'cold_one',
    hub: getGraphql(one, (turn) => ({ id: globalId(1 + place(turn)) })),
    bare: get((turn) => `/one?id=${1 + place(turn)}`),
  },
  {
    name: 'hot_one_post',
    hub: post(one, () => ({ id: globalId(1000) })),
    bare: { method: 'POST', path: () => '/one', body: () => JSON.stringify({ id: 1000 }) },
  },
  {
    name: 'hot_nested',
    hub: post(nested, () => ({ after: 1000 })),
    mercurius: post(nestedPlain, () => ({ after: 1000 })),
  },
  {
    name: 'cold_nested',
    hub: post(nested, (turn) => ({ after: place(turn) })),
    mercurius: post(nestedPlain, (turn) => ({ after: place(turn) })),
  },
  {
    name: 'hot_distribution',
    hub: post(distribution, () => ({ vmid: 101 })),
    bare: get(() => '/distribution?vmid=101'),
  },
  {
    name: 'cold_distribution',
    hub: post(distribution, (turn) => ({ vmid: vmidOf(turn) })),
    bare: get((turn) => `/distribution?vmid=${vmidOf(turn)}`),
  },
  { name: 'hot_stats', hub: post(stats, () => ({})), bare: get(() => '/stats') },
  {
    name: 'rest_list',
    hub: get(() => '/api/templates?cluster_ip=10.0.0.1&node=pve1'),
    bare: get(() => '/rest?cluster_ip=10.0.0.1&node=pve1'),
  },
];
