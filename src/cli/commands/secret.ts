import type { Command } from 'commander';
import { loadStoreConfig } from '../../config/named-clusters.ts';
import { CommandFailed } from '../cli-error.ts';
import { addStoreOptions, overrideEnvironment, type SettingOptions } from '../load-settings.ts';
import { writeJson, writeLine } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';
import { count } from '../words.ts';

interface SecretOptions extends SettingOptions {
  readonly json?: boolean;
}

const rotateHelp = `
The key lies beside a SQLite database, unless SECRET_KEY gives it; then set
SECRET_KEY to another one and SECRET_KEY_FORMER to what it was, run this, and
start the servers with both. Later SECRET_KEY_FORMER can go.
`;

/** `hub secret …`: what the secrets in the database are sealed with. */
export function registerSecret(program: Command, surroundings: Surroundings): void {
  const group = program.command('secret').description('what the secrets in the database are sealed with');
  const rotate = group
    .command('rotate')
    .description('seal the secrets in the database with another key')
    .option('--json', 'print JSON')
    .addHelpText('after', rotateHelp);
  addStoreOptions(rotate).action((options: SecretOptions) => rotateKey(options, surroundings));
}

async function rotateKey(options: SecretOptions, surroundings: Surroundings): Promise<void> {
  const environment = overrideEnvironment(surroundings.environment, options);
  const { folder, stdout } = surroundings;
  const { databaseUrl, secretKeys } = loadStoreConfig({ environment, folder });
  if (secretKeys.length === 1)
    throw new CommandFailed(
      'NO_OTHER_KEY',
      'SECRET_KEY_FORMER is not set: set it to what SECRET_KEY was before',
    );
  const { openStore } = await import('../../store/store.ts');
  const { sealSecrets } = await import('../../webhooks/seal-secrets.ts');
  const keys = secretKeys.map((key) => key.reveal());
  const store = await openStore({ url: databaseUrl, folder, mustExist: true, secretKeys: keys });
  try {
    if (!store.vault.isClosed)
      throw new CommandFailed('NO_KEY', 'there is no key: set SECRET_KEY (openssl rand -hex 32)');
    store.vault.rotate?.();
    const { sealed, unreadable } = await sealSecrets(store);
    if (options.json) writeJson(stdout, { sealed, unreadable });
    else writeLine(stdout, `Sealed with the new key: ${count(sealed, 'secret')}.`);
    if (unreadable.length > 0) throw refuseUnreadable(unreadable);
  } finally {
    await store.close();
  }
}

function refuseUnreadable(ids: readonly number[]): CommandFailed {
  const message = `no key opens the secrets of the webhooks ${ids.join(', ')}: give them others with hub webhook update <id> --secret-file <path>`;
  return new CommandFailed('SECRET_KEY_MISSING', message);
}
