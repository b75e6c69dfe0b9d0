import type { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { formatEndpoint } from '../../names/endpoint.ts';
import { hideUrlPassword } from '../../secrets/hide-url-password.ts';
import { addStoreOptions, loadSettings, type SettingOptions } from '../load-settings.ts';
import { writeJson, writeLine } from '../output.ts';
import type { Surroundings } from '../surroundings.ts';
import { count } from '../words.ts';

interface ConfigOptions extends SettingOptions {
  readonly json?: boolean;
}

/** `hub config …`: what the configuration says. */
export function registerConfig(program: Command, surroundings: Surroundings): void {
  const group = program.command('config').description('what the configuration says');
  const check = group.command('check').description('check environment and clusters file, all faults at once');
  addStoreOptions(check)
    .option('--json', 'print JSON')
    .action((options: ConfigOptions) => checkConfig(options, surroundings));
  const print = group.command('print').description('show what is in force, secrets as ***');
  addStoreOptions(print)
    .option('--json', 'print JSON')
    .action((options: ConfigOptions) => printConfig(options, surroundings));
}

function checkConfig(options: ConfigOptions, surroundings: Surroundings): void {
  const { clusters, warnings } = loadSettings(surroundings, options);
  if (options.json) return writeJson(surroundings.stdout, { clusters: clusters.length, warnings });
  for (const warning of warnings) writeLine(surroundings.stdout, `warning: ${warning}`);
  writeLine(surroundings.stdout, `The configuration holds: ${count(clusters.length, 'cluster')}.`);
}

function printConfig(options: ConfigOptions, surroundings: Surroundings): void {
  const config = loadSettings(surroundings, options);
  const shown = { ...config, databaseUrl: hideUrlPassword(config.databaseUrl) };
  if (options.json) return writeJson(surroundings.stdout, shown);
  for (const line of describeConfig(shown)) writeLine(surroundings.stdout, line);
}

function describeConfig(config: Config): string[] {
  const { clusters, warnings, log, ...plain } = config;
  const settings = Object.entries({ ...plain, logLevel: log.level, logFormat: log.format });
  return [
    ...settings
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name.padEnd(20)} ${showValue(value)}`),
    ...clusters.map(({ id, host, port, alternatives = [], user, token, tls }) => {
      const places = [{ host, port }, ...alternatives].map(formatEndpoint).join(', ');
      const login = token ? 'token ***' : `user ${user ?? ''}`;
      return `cluster ${id.padEnd(12)} ${places}, ${login}, tls ${tls.mode}`;
    }),
    ...warnings.map((warning) => `warning: ${warning}`),
  ];
}

/** A setting as one word where it is one; secrets show themselves as `***`. */
function showValue(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value).replace(/^"(\*\*\*)"$/, '$1');
}
