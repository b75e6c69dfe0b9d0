/** The documents that the routes execute. Aliases give the rows the keys of the contract, in its order. */
const row = `{
  id: databaseId
  name
  proxmox_vmid: vmid
  cluster_ip: clusterIp
  node
  is_replica: isReplica
  source_vmid: sourceVmid
  source_node: sourceNode
  is_class_template: isClassTemplate
  class_id: classId
  last_verified_at: lastVerifiedAt
}`;

export const documents = {
  list: `query RestTemplates($where: TemplateWhere!, $first: Int!, $after: String) {
    templates(where: $where, first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes ${row} }
  }`,
  byName: `query RestTemplatesByName($name: String!, $clusterIp: String, $clusterId: String) {
    templatesByName(name: $name, clusterIp: $clusterIp, clusterId: $clusterId) ${row}
  }`,
  nodes: `query RestNodes($vmid: Int!, $clusterIp: String, $clusterId: String) {
    nodeDistribution(vmid: $vmid, clusterIp: $clusterIp, clusterId: $clusterId) {
      templateVmid
      templateName
      clusterIp
      otherClusters
      nodes { node vmid name isOriginal lastVerifiedAt }
    }
  }`,
  stats: `query RestStats($clusterIp: String, $clusterId: String) {
    stats(clusterIp: $clusterIp, clusterId: $clusterId) {
      total_templates: totalTemplates
      original_templates: originalTemplates
      replica_templates: replicaTemplates
      class_templates: classTemplates
      templatesByNode { node count }
    }
  }`,
} as const;
