/** A template that is there, and a node that it could be cloned on. */
export interface GraphiqlExample {
  readonly vmid: number;
  readonly node: string;
}

/** What GraphiQL opens with: the main queries, each with a word about it, on a template that is there. */
export function writeGraphiqlTabs(example: GraphiqlExample): readonly string[] {
  return [templates, writeDistribution(example), overview, replicate, runs, progress];
}

const templates = `# Which templates are there? The newest look at every one of them.
query Templates {
  templates(
    where: { isReplica: { eq: false }, isClassTemplate: { eq: false } }
    orderBy: [{ field: NAME, direction: ASC }]
    first: 20
  ) {
    totalCount
    nodes {
      id
      name
      vmid
      node
      state
      lastVerifiedAt
      cluster { clusterId name }
      replicas { vmid node state }
    }
    pageInfo { hasNextPage endCursor }
  }
}
`;

function writeDistribution({ vmid, node }: GraphiqlExample): string {
  return `# Where is a template? The original and its replicas, node by node.
query Distribution {
  nodeDistribution(vmid: ${vmid}) {
    templateName
    clusterId
    nodes { node vmid isOriginal lastVerifiedAt }
    otherClusters
  }
  nearestTemplate(vmid: ${vmid}, node: ${JSON.stringify(node)}) {
    vmid
    node
  }
}
`;
}

const overview = `# How many are there, and how are the clusters?
query Overview {
  stats {
    totalTemplates
    originalTemplates
    replicaTemplates
    classTemplates
    totalBytes
    templatesByNode { node count bytes }
  }
  clusters {
    clusterId
    name
    version
    status
    statusSince
    lastScanAt
    lastErrorMessage
    nodes { name state }
  }
}
`;

const replicate = `# What would a replication do? With dryRun: false it is done, in the background.
mutation Replicate {
  replicate(input: { dryRun: true }) {
    runs { id status }
    plans {
      clusterId
      lines { sourceName targetNode state way bytes reason }
    }
    userErrors { code field message }
  }
}
`;

const runs = `# Which runs were there? Take an id to the next tab to watch one.
query Runs {
  replicationRuns(first: 5) {
    nodes {
      id
      clusterId
      status
      outcome
      percent
      stepsDone
      stepsTotal
      steps { name targetNode phase percent errorMessage }
    }
  }
}
`;

const progress = `# A run as it goes, over server-sent events.
subscription Progress($id: ID! = "UmVwbGljYXRpb25SdW46MQ==") {
  replicationRun(id: $id) {
    status
    outcome
    percent
    steps { name targetNode phase percent }
  }
}
`;
