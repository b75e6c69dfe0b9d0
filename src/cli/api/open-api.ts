import type { Command } from 'commander';
import { loadStoreConfig } from '../../config/named-clusters.ts';
import { Secret } from '../../config/secret.ts';
import { requireSecrets } from '../../config/secret-sources.ts';
import { createLogger } from '../../log/logger.ts';
import { addStoreOptions, loadSettings, overrideEnvironment, type SettingOptions } from '../load-settings.ts';
import type { Surroundings } from '../surroundings.ts';
import type { HubApi } from './hub-api.ts';
import { connectRemoteApi } from './remote-api.ts';

export interface ApiOptions extends SettingOptions {
  /** Address of a running server; without it the database is used directly. */
  readonly server?: string;
  /** Its token may be sent in the clear. */
  readonly plainHttp?: boolean;
  readonly json?: boolean;
}

/** Adds `--server`, `--database`, `--clusters` and `--json`. */
export function addApiOptions(command: Command): Command {
  command
    .option('--server <url>', 'ask a running server instead of the database (API_TOKEN is sent)')
    .option('--plain-http', 'send the token to another machine without HTTPS, too');
  return addStoreOptions(command).option('--json', 'print JSON');
}

/** What a command does through the API, beyond reading the store. */
interface Needs {
  /** Proxmox: without a server the work is done by this process, unless a server on the same database is at it already. */
  readonly working?: boolean;
  /** Nothing is to be begun: it only decides what is. */
  readonly deciding?: boolean;
}

/** Opens the API for one command: of a running server, or on the database itself. */
export async function withApi<T>(
  options: ApiOptions,
  surroundings: Surroundings & Needs,
  work: (api: HubApi) => Promise<T>,
): Promise<T> {
  const api = await openApi(options, surroundings);
  try {
    return await work(api);
  } finally {
    await api.close();
  }
}

function openApi(options: ApiOptions, surroundings: Surroundings & Needs): Promise<HubApi> {
  if (options.server !== undefined) {
    const token = requireSecrets(surroundings)['API_TOKEN']?.trim();
    const apiToken = token ? new Secret(token) : undefined;
    return Promise.resolve(
      connectRemoteApi({
        url: options.server,
        apiToken,
        plainHttp: options.plainHttp,
        signal: surroundings.signal,
      }),
    );
  }
  const { working, deciding } = surroundings;
  return working || deciding ? openComposedApi(options, surroundings) : openReadingApi(options, surroundings);
}

/** Only the store: neither clusters nor credentials are needed. */
async function openReadingApi(options: ApiOptions, surroundings: Surroundings): Promise<HubApi> {
  const environment = overrideEnvironment(surroundings.environment, options);
  const { databaseUrl, webhookAllow, secretKeys } = loadStoreConfig({
    environment,
    folder: surroundings.folder,
  });
  const { openStore } = await import('../../store/store.ts');
  const { createLocalApi } = await import('./local-api.ts');
  const { createTokenService } = await import('../../access/token-service.ts');
  const { createAddressRule } = await import('../../names/address-rule.ts');
  const { createSend } = await import('../../webhooks/send.ts');
  const { createWebhookService } = await import('../../webhooks/webhook-service.ts');
  const store = await openStore({
    url: databaseUrl,
    folder: surroundings.folder,
    mustExist: true,
    secretKeys: secretKeys.map((key) => key.reveal()),
  });
  const { clock } = surroundings;
  const send = createSend(createAddressRule(webhookAllow));
  const services = {
    webhooks: createWebhookService({ store, clock, send }),
    tokens: createTokenService({ store, clock }),
  };
  return createLocalApi({ store, services, clock, close: () => store.close() });
}

/**
 * A composed hub that listens nowhere and asks for nothing by itself; where the command needs work to be done, it takes
 * up what is queued. Warnings and errors go to the error output.
 */
async function openComposedApi(options: ApiOptions, surroundings: Surroundings & Needs): Promise<HubApi> {
  const settings = loadSettings(surroundings, options);
  const config = { ...settings, replicateAtStart: false, scanInterval: 0, replicationInterval: 0 };
  const logger = createLogger({ level: 'warn', format: settings.log.format, output: surroundings.stderr });
  const { createTemplateHub } = await import('../../main.ts');
  const { createLocalApi } = await import('./local-api.ts');
  const { clock, random, folder } = surroundings;
  const hub = await createTemplateHub({ config, logger, folder, clock, random });
  if (surroundings.working) await hub.replicator?.start();
  return createLocalApi({ store: hub.store, services: hub.services, clock, close: () => hub.stop() });
}
