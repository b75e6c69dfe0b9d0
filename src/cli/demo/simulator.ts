import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import type { ClusterConfig } from '../../config/config.ts';
import { writeJson, writeLine } from '../output.ts';
import { waitForEnd, type Surroundings } from '../surroundings.ts';
import { readPort } from '../request-options.ts';
import { createScaledClock } from './scaled-clock.ts';
import { connectSimulated } from './simulated-clusters.ts';
import { privateFile } from '../../secrets/file-privacy.ts';

interface SimulatorOptions {
  readonly port: number;
  readonly world: string;
  readonly speed: number;
  readonly writeClusters?: string;
  readonly json?: boolean;
}

const examples = `
Example: simulated clusters in one terminal, a server on them in another
  hub simulator --world demo --speed 20 --write-clusters clusters.json
  hub serve
`;

/** `hub simulator`: simulated clusters alone, for tests of other programs. */
export function registerSimulator(program: Command, surroundings: Surroundings): void {
  program
    .command('simulator')
    .description('serve a simulated Proxmox VE over HTTPS on loopback')
    .requiredOption('--world <world>', 'a YAML or JSON file, or demo, small, classroom, 32-nodes')
    .option(
      '--port <number>',
      'port of the first cluster, the next has the next; 0 for free ones',
      readPort,
      0,
    )
    .option('--speed <factor>', 'how many times faster time passes there', readSpeed, 1)
    .option('--write-clusters <file>', 'write the clusters file that leads there, credentials included')
    .option('--json', 'say the addresses as one line of JSON')
    .addHelpText('after', examples)
    .action((options: SimulatorOptions) => serveSimulator(options, surroundings));
}

function readSpeed(text: string): number {
  const speed = Number(text);
  if (speed > 0 && speed <= 1000) return speed;
  throw new InvalidArgumentError('It must be a number up to 1000.');
}

async function serveSimulator(options: SimulatorOptions, surroundings: Surroundings): Promise<void> {
  const { findWorld, readWorld } = await import('../../simulator/read-world.ts');
  const { startSimulator } = await import('../../simulator/start.ts');
  const { random, folder } = surroundings;
  const isName = /^[\w-]+$/.test(options.world);
  const world = await readWorld(isName ? findWorld(options.world) : resolve(folder, options.world));
  const clock = createScaledClock(surroundings.clock, options.speed);
  const running = await startSimulator({ world, host: '127.0.0.1', port: options.port, clock, random });
  try {
    if (options.writeClusters !== undefined) {
      const entries = connectSimulated(world, running.addresses).map(composeEntry);
      writeFileSync(resolve(folder, options.writeClusters), `${JSON.stringify(entries, undefined, 2)}\n`, {
        mode: privateFile,
      });
    }
    tellAddresses(running.addresses, options.json ?? false, surroundings);
    await waitForEnd(surroundings.signal);
  } finally {
    await running.close();
  }
}

/** A cluster as an entry of a clusters file. */
function composeEntry({ id, name, host, port, user, password, token, tls }: ClusterConfig) {
  const fingerprint = tls.mode === 'fingerprint' ? tls.sha256 : undefined;
  return { id, name, host, port, user, password: password?.reveal(), token: token?.reveal(), fingerprint };
}

interface Address {
  readonly cluster: string;
  readonly node?: string;
  readonly url: string;
  readonly fingerprint: string;
}

function tellAddresses(addresses: readonly Address[], asJson: boolean, { stdout }: Surroundings): void {
  const shown = addresses.map(({ cluster, node, url, fingerprint }) => ({ cluster, node, url, fingerprint }));
  if (asJson) return writeJson(stdout, { addresses: shown });
  for (const { cluster, node, url, fingerprint } of shown) {
    writeLine(stdout, `${node ? `${cluster}/${node}` : cluster}  ${url}  fingerprint ${fingerprint}`);
  }
}
