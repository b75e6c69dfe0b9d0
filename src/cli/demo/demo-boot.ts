import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { defaultLimits, type ClusterConfig, type Config } from '../../config/config.ts';
import { privateFile } from '../../secrets/file-privacy.ts';
import { createLogger } from '../../log/logger.ts';
import { createTemplateHub, type TemplateHub } from '../../main.ts';
import type { Surroundings } from '../surroundings.ts';
import type { DemoPlace } from './demo-place.ts';

/** A Template Hub that was started for the demo. */
export interface DemoBoot {
  readonly hub: TemplateHub;
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the server on the demo's store; it logs into the demo's folder, since the terminal shows progress. */
export async function bootDemo(options: {
  place: DemoPlace;
  clusters: readonly ClusterConfig[];
  port: number;
  surroundings: Surroundings;
}): Promise<DemoBoot> {
  const { place, surroundings } = options;
  const output = createWriteStream(place.logFile, { flags: 'a', mode: privateFile });
  await once(output, 'open');
  const logger = createLogger({ level: 'debug', format: 'json', output });
  const { clock, random } = surroundings;
  const hub = await createTemplateHub({ config: composeConfig(options), logger, clock, random });
  const { url } = await hub.start();
  return {
    hub,
    url,
    stop: async () => {
      await hub.stop();
      output.end();
      await once(output, 'close');
    },
  };
}

function composeConfig(options: {
  place: DemoPlace;
  clusters: readonly ClusterConfig[];
  port: number;
}): Config {
  return {
    host: '127.0.0.1',
    port: options.port,
    databaseUrl: `file:${options.place.databaseFile}`,
    clusters: options.clusters,
    offline: false,
    replicateAtStart: true,
    auditKeep: 0,
    scanInterval: 60_000,
    replicationInterval: 300_000,
    log: { level: 'debug', format: 'json' },
    graphiql: true,
    introspection: true,
    webhookAllow: [],
    trustProxy: [],
    ...defaultLimits,
    warnings: [],
  };
}
