import { readFragment, type FragmentOf } from 'gql.tada';
import { graphql, type HubClient } from './hub-client.ts';

const originalFragment = graphql(`
  fragment Original on Template {
    name
    vmid
    node
    state
    replicas {
      node
      state
    }
  }
`);

const originalsQuery = graphql(
  `
    query Originals($first: Int!, $after: String) {
      templates(
        first: $first
        after: $after
        where: { isReplica: { eq: false }, isClassTemplate: { eq: false } }
        orderBy: [{ field: NAME, direction: ASC }]
      ) {
        nodes {
          ...Original
        }
        pageInfo {
          hasNextPage
          endCursor
        }
      }
    }
  `,
  [originalFragment],
);

/** All originals by name, page by page. */
export async function* listOriginals(client: HubClient, pageSize = 20) {
  let after: string | null = null;
  do {
    const { templates }: { templates: OriginalsPage } = await client.request(originalsQuery, {
      first: pageSize,
      after,
    });
    yield* readFragment(originalFragment, templates.nodes);
    after = templates.pageInfo.hasNextPage ? templates.pageInfo.endCursor : null;
  } while (after !== null);
}

interface OriginalsPage {
  readonly nodes: FragmentOf<typeof originalFragment>[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

const replicateMutation = graphql(`
  mutation Replicate($input: ReplicateInput!) {
    replicate(input: $input) {
      runs {
        id
        status
      }
      plans {
        clusterId
        lines {
          sourceName
          targetNode
          way
        }
      }
      userErrors {
        code
        message
      }
    }
  }
`);

/** What a replication would do, or why none can be planned. */
export async function planReplication(client: HubClient, clusterId?: string) {
  const { replicate } = await client.request(replicateMutation, { input: { clusterId, dryRun: true } });
  return replicate;
}

const progressSubscription = graphql(`
  subscription Progress($id: ID!) {
    replicationRun(id: $id) {
      status
      outcome
      percent
      stepsDone
      stepsTotal
    }
  }
`);

/** A run from its present state to its end. */
export function watchRun(client: HubClient, id: string) {
  return client.watch(progressSubscription, { id });
}
