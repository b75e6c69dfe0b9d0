import { Command } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { registerBackup } from './commands/backup.ts';
import { registerImport } from './commands/import.ts';
import { registerClass } from './commands/class.ts';
import { registerCluster } from './commands/cluster.ts';
import { registerCompletion } from './commands/completion.ts';
import { registerConfig } from './commands/config.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerMigrate } from './commands/migrate.ts';
import { registerReplicate } from './commands/replicate.ts';
import { registerRestore } from './commands/restore.ts';
import { registerScan } from './commands/scan.ts';
import { registerSecret } from './commands/secret.ts';
import { registerServe } from './commands/serve.ts';
import { registerStats } from './commands/stats.ts';
import { registerTemplate } from './commands/template.ts';
import { registerAudit } from './commands/audit.ts';
import { registerToken } from './commands/token.ts';
import { registerWebhook } from './commands/webhook.ts';
import { registerDemo } from './demo/demo.ts';
import { registerSimulator } from './demo/simulator.ts';
import type { Surroundings } from './surroundings.ts';

/** In the order of the help. */
const commands = [
  registerServe,
  registerDemo,
  registerSimulator,
  registerMigrate,
  registerImport,
  registerScan,
  registerTemplate,
  registerStats,
  registerReplicate,
  registerClass,
  registerCluster,
  registerWebhook,
  registerToken,
  registerSecret,
  registerAudit,
  registerBackup,
  registerRestore,
  registerDoctor,
  registerConfig,
  registerCompletion,
];

/** The whole command line. */
export function createProgram(surroundings: Surroundings): Command {
  const program = new Command('hub')
    .description('Knows where every Proxmox VE template is, and keeps each one where it should be.')
    .version(manifest.version)
    .configureOutput({
      writeOut: (text) => surroundings.stdout.write(text),
      writeErr: (text) => surroundings.stderr.write(text),
      getOutHelpWidth: () => Math.min(80, surroundings.stdout.columns ?? 80),
      getErrHelpWidth: () => Math.min(80, surroundings.stderr.columns ?? 80),
    })
    .configureHelp({ minWidthToWrap: 30 })
    .showHelpAfterError('(add --help for help)')
    .exitOverride();
  for (const register of commands) register(program, surroundings);
  return program;
}
