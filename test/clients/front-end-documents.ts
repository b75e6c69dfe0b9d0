/** What a front end asks for, written as front ends write it. */
export const pageDocument = `query Page($first: Int!, $after: String) {
  templates(first: $first, after: $after, orderBy: [{ field: NAME, direction: ASC }]) {
    totalCount
    edges { cursor node { id vmid name node isReplica } }
    pageInfo { hasNextPage endCursor }
  }
}`;

export const statsDocument = `query Stats { stats { totalTemplates originalTemplates replicaTemplates } }`;

/** Pausing a cluster that is not there: the answer is an error as data. */
export const pauseDocument = `mutation Pause($input: PauseReplicationInput!) {
  pauseReplication(input: $input) { cluster { clusterId } userErrors { code field message } }
}`;

export const progressDocument = `subscription Progress($id: ID!) {
  replicationRun(id: $id) { id status outcome stepsDone stepsTotal }
}`;

/** A page of templates, as `pageDocument` answers it. */
export interface PageData {
  templates: {
    totalCount: number;
    edges: { cursor: string; node: { id: string; vmid: number; name: string } }[];
    pageInfo: { hasNextPage: boolean; endCursor: string | null };
  };
}

/** What `statsDocument` answers. */
export interface StatsData {
  stats: { totalTemplates: number; originalTemplates: number; replicaTemplates: number };
}

/** What `pauseDocument` answers. */
export interface PauseData {
  pauseReplication: {
    cluster: { clusterId: string } | null;
    userErrors: { code: string; field: string[] | null; message: string }[];
  };
}

/** What `progressDocument` answers, each time. */
export interface ProgressData {
  replicationRun: { status: string; outcome: string | null; stepsDone: number } | null;
}
