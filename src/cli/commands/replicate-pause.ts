import type { Command } from 'commander';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { chooseCluster } from '../choose-cluster.ts';
import { clusterFields, clusterSchema } from '../clusters.ts';
import { writeBlocks, writeJson } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';

const verbs = {
  pause: {
    call: 'pauseReplication',
    input: 'PauseReplicationInput',
    description: 'hold the replication of a cluster: what is under way is finished, nothing begins',
    say: (id: string) => [
      `Replication of ${id} is paused: what is under way is finished, nothing begins.`,
      `Let it go on with: hub replicate resume ${id}`,
    ],
  },
  resume: {
    call: 'resumeReplication',
    input: 'ResumeReplicationInput',
    description: 'let the replication of a cluster go on',
    say: (id: string) => [`Replication of ${id} goes on. See: hub replicate plan --cluster ${id}`],
  },
} as const;

const payloadSchema = z.object({
  payload: z.object({ cluster: clusterSchema.nullable(), userErrors: userErrorsSchema }),
});

/** `hub replicate pause` and `hub replicate resume`. */
export function registerPause(group: Command, verb: keyof typeof verbs, surroundings: Surroundings): void {
  const { call, input, description, say } = verbs[verb];
  const document = `mutation ($input: ${input}!) { payload: ${call}(input: $input) { cluster { ${clusterFields} } userErrors { code message } } }`;
  const command = group
    .command(verb)
    .description(description)
    .argument('[cluster]', 'id of the cluster, where there are several');
  addApiOptions(command).action(async (given: string | undefined, options: ApiOptions) => {
    const cluster = await withApi(options, { ...surroundings, deciding: true }, async (api) => {
      const { clusterId } = await chooseCluster(api, given);
      const { payload } = await api.ask(document, { input: { clusterId } }, payloadSchema);
      refuseUserErrors(payload.userErrors);
      return payload.cluster;
    });
    if (options.json) writeJson(surroundings.stdout, cluster);
    else if (cluster) writeBlocks(surroundings, say(cluster.clusterId));
  });
}
