import { CommandFailed } from './cli-error.ts';

/** There is nothing to work on: mostly a command in the wrong folder. */
export function refuseNoClusters(otherwise = ''): CommandFailed {
  const message = `no cluster is configured: write clusters.json, or set PVE_HOST${otherwise}`;
  return new CommandFailed('NO_CLUSTERS', message);
}
