import { unwatchFile, watchFile } from 'node:fs';
import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { describeError } from '../../errors/hub-error.ts';
import { explainStoreFault } from '../../store/explain-fault.ts';
import { createLogger, type Logger } from '../../log/logger.ts';
import type { TemplateHub } from '../../main.ts';
import { addStoreOptions, loadSettings, type SettingOptions } from '../load-settings.ts';
import { refuseNoClusters } from '../no-clusters.ts';
import { writeJson } from '../output.ts';
import { waitForEnd, type Surroundings } from '../surroundings.ts';

interface ServeOptions extends SettingOptions {
  readonly json?: boolean;
}

/** `hub serve`: the server, until it is asked to end. */
export function registerServe(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('serve')
    .description('serve GraphQL and REST, scan the clusters and replicate what is missing')
    .option('--offline', 'serve the store and never contact Proxmox')
    .option('--host <address>', 'instead of HOST (127.0.0.1)')
    .option('--port <number>', 'instead of PORT (8080); 0 for any free one')
    .option('--log-level <level>', 'instead of LOG_LEVEL (info)')
    .option('--json', 'log JSON, and say {"url": …} first once it listens');
  addStoreOptions(command).action((options: ServeOptions) => serve(options, surroundings));
}

async function serve(options: ServeOptions, surroundings: Surroundings): Promise<void> {
  const config = loadSettings(surroundings, options);
  if (config.clusters.length === 0 && !config.offline)
    throw refuseNoClusters('; or serve what the database has: hub serve --offline');
  const format = options.json ? 'json' : config.log.format;
  const { clock, random, folder } = surroundings;
  const explain = (error: unknown) => explainStoreFault({ url: config.databaseUrl, folder }, error);
  const logger = createLogger({ level: config.log.level, format, output: surroundings.stdout, explain });
  const { createTemplateHub } = await import('../../main.ts');
  const hub = await createTemplateHub({ config, logger, folder, clock, random });
  try {
    const { url } = await hub.start();
    if (options.json) writeJson(surroundings.stdout, { url });
    logger.info({ url, graphql: `${url}/graphql`, offline: config.offline }, 'Template Hub listens');
    const readAgain = () => void reload(hub, { logger, load: () => loadSettings(surroundings, options) });
    surroundings.onHangUp?.(readAgain);
    const unwatch = watchFiles(config.certificate?.files ?? [], readAgain);
    surroundings.signal.addEventListener('abort', unwatch);
    await waitForEnd(surroundings.signal);
    logger.info('Template Hub ends');
  } finally {
    await hub.stop();
  }
}

/** How often it is looked whether a certificate was renewed, milliseconds. */
const lookMs = 5000;

/** Calls `changed` when one of the files is another; returns what ends that. */
function watchFiles(files: readonly string[], changed: () => void): () => void {
  for (const file of files) watchFile(file, { interval: lookMs, persistent: false }, changed);
  return () => {
    for (const file of files) unwatchFile(file, changed);
  };
}

/** Reads the clusters file and the certificates it names again. With a fault in them everything stays as it was. */
async function reload(
  hub: TemplateHub,
  { logger, load }: { logger: Logger; load: () => Config },
): Promise<void> {
  try {
    const config = load();
    if (config.clusters.length === 0 && !config.offline) throw refuseNoClusters();
    for (const warning of config.warnings) logger.warn(warning);
    const changes = await hub.reload(config);
    for (const change of changes) logger.info({ change }, 'Configuration changed');
    logger.info({ changes: changes.length }, 'Configuration read again');
  } catch (error) {
    logger.warn({ reason: describeError(error) }, 'Configuration cannot be read again; the former one stays');
  }
}
