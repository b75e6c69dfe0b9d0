import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeJson, writeLine } from '../output.ts';
import { waitForEnd, type Surroundings } from '../surroundings.ts';
import { readPort } from './demo.ts';

interface SimulatorOptions {
  readonly port: number;
  readonly world: string;
  readonly json?: boolean;
}

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
    .option('--json', 'say the addresses as one line of JSON')
    .action((options: SimulatorOptions) => serveSimulator(options, surroundings));
}

async function serveSimulator(options: SimulatorOptions, surroundings: Surroundings): Promise<void> {
  const { findWorld, readWorld } = await import('../../simulator/read-world.ts');
  const { startSimulator } = await import('../../simulator/start.ts');
  const { clock, random, stdout } = surroundings;
  const isName = /^[\w-]+$/.test(options.world);
  const world = await readWorld(
    isName ? findWorld(options.world) : resolve(surroundings.folder, options.world),
  );
  const running = await startSimulator({ world, host: '127.0.0.1', port: options.port, clock, random });
  try {
    if (options.json) writeJson(stdout, { addresses: running.addresses.map(describeAddress) });
    else {
      for (const address of running.addresses) {
        const whose = address.node ? `${address.cluster}/${address.node}` : address.cluster;
        writeLine(stdout, `${whose}  ${address.url}  fingerprint ${address.fingerprint}`);
      }
    }
    await waitForEnd(surroundings.signal);
  } finally {
    await running.close();
  }
}

interface Address {
  readonly cluster: string;
  readonly node?: string;
  readonly url: string;
  readonly fingerprint: string;
}

function describeAddress({ cluster, node, url, fingerprint }: Address): Address {
  return { cluster, node, url, fingerprint };
}
