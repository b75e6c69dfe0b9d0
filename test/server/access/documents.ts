import type { Things } from './things.ts';

/** Writes something about the things of a cluster. */
type About<Written> = (things: Things) => Written;

const templateFields =
  '{ name clusterId clusterIp node class { name cluster { clusterId } } replicas { name } source { name } placements { node } }';

function globalId(type: string, id: number | string): string {
  return Buffer.from(`${type}:${id}`).toString('base64');
}

/** Of each field of Query a document that shows things of a cluster, where they are to be seen. */
export const queries: Readonly<Record<string, About<string>>> = {
  apiTokens: () => '{ apiTokens { totalCount nodes { name } } }',
  auditEvents: () => '{ auditEvents(who: "an admin of before") { totalCount nodes { who what } } }',
  class: ({ classId }) =>
    `{ class(databaseId: ${classId}) { name cluster { clusterId } baseTemplates { name } } }`,
  classes: () => '{ classes { name cluster { clusterId } } }',
  cluster: ({ clusterId }) => `{ cluster(clusterId: "${clusterId}") { clusterId nodes { name } } }`,
  clusters: () => '{ clusters(includeRemoved: true) { clusterId nodes { name } } }',
  nearestTemplate: ({ clusterId, vmid }) =>
    `{ nearestTemplate(vmid: ${vmid}, node: "node-of-${clusterId}") ${templateFields} }`,
  node: ({ templateId }) =>
    `{ node(id: "${globalId('Template', templateId)}") { ... on Template ${templateFields} } }`,
  nodeDistribution: ({ vmid }) =>
    `{ nodeDistribution(vmid: ${vmid}) { clusterId nodes { node name } otherClusters original ${templateFields} } }`,
  replicationRun: ({ runId }) =>
    `{ replicationRun(databaseId: ${runId}) { clusterId steps { name } cluster { name } } }`,
  replicationRuns: () => '{ replicationRuns { totalCount nodes { clusterId steps { name } } } }',
  stats: () => '{ stats { totalTemplates templatesByCluster { clusterId } templatesByNode { node } } }',
  template: ({ clusterId, vmid }) =>
    `{ template(clusterId: "${clusterId}", vmid: ${vmid}) ${templateFields} }`,
  templateChanges: () =>
    '{ templateChanges { totalCount nodes { clusterId name node template { name clusterId } } } }',
  templates: () => `{ templates(first: 100) { totalCount nodes ${templateFields} } }`,
  templatesByName: () => `{ templatesByName(name: "same-name") ${templateFields} }`,
  webhooks: () => '{ webhooks { url clusterId } }',
};

/** Of each field of Mutation an input about a cluster. */
export const mutations: Readonly<Record<string, About<Record<string, unknown>>>> = {
  addStudents: ({ classId }) => ({ classId, count: 1 }),
  attachClassMachine: ({ classId }) => ({ classId, vmid: 900 }),
  cancelReplicationRun: ({ runId }) => ({ runId: String(runId) }),
  createClass: ({ clusterId, vmid }) => ({ clusterId, name: 'New', sourceVmid: vmid }),
  createToken: () => ({ name: 'New', role: 'ADMIN', expiresAt: '2999-01-01T00:00:00Z' }),
  createWebhook: () => ({ url: 'https://example.org', secret: 'sixteen characters' }),
  deleteClass: ({ classId }) => ({ classId }),
  deleteWebhook: () => ({ id: '1' }),
  deployClass: ({ classId }) => ({ classId }),
  pauseReplication: ({ clusterId }) => ({ clusterId }),
  registerClassTemplate: ({ clusterId, classId, vmid }) => ({
    clusterId,
    classId,
    vmid,
    sourceVmid: vmid,
    node: 'pve1',
  }),
  removeReplicas: ({ clusterId }) => ({ clusterId, vmids: [4712] }),
  replicate: ({ clusterId }) => ({ clusterId }),
  resetReplicationPolicy: ({ clusterId }) => ({ clusterId }),
  resetStudent: ({ classId }) => ({ classId, numbers: [1] }),
  resumeReplication: ({ clusterId }) => ({ clusterId }),
  retryReplicationRun: ({ runId }) => ({ runId: String(runId) }),
  revokeToken: () => ({ id: '1' }),
  rotateToken: () => ({ id: '1' }),
  scanCluster: ({ clusterId }) => ({ clusterId }),
  setReplicationPolicy: ({ clusterId }) => ({ clusterId, policy: {} }),
  testWebhook: () => ({ id: '1' }),
  updateWebhook: () => ({ id: '1', active: false }),
};

/** Of each field of Subscription a document whose first answer shows things of a cluster. */
export const subscriptions: Readonly<Record<string, About<string>>> = {
  replicationRun: ({ runId }) => `subscription { replicationRun(id: ${runId}) { clusterId } }`,
  templateChanged: () => 'subscription { templateChanged(after: 0) { clusterId name node } }',
};

/** Of each route a path; the same name is in both clusters. */
export const routes: Readonly<Record<string, About<string>>> = {
  '/': () => '/',
  '/api/templates': () => '/api/templates',
  '/api/templates/by-name/:name': () => '/api/templates/by-name/same-name',
  '/api/templates/nodes': ({ vmid }) => `/api/templates/nodes?vmid=${vmid}`,
  '/api/templates/stats': () => '/api/templates/stats',
  '/graphiql': () => '/graphiql',
  '/graphql': () => `/graphql?query=${encodeURIComponent('{ clusters { clusterId } }')}`,
  '/health': () => '/health',
  '/health/live': () => '/health/live',
  '/health/ready': () => '/health/ready',
  '/livez': () => '/livez',
  '/metrics': () => '/metrics',
  '/openapi.json': () => '/openapi.json',
  '/readyz': () => '/readyz',
};
