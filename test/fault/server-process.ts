/**
 * A server of its own process, to be killed. Started by `run-process.ts` with its options as JSON; says `settled` when it
 * has come to rest, asks again on `ask`, ends in order on `stop`.
 */
import { z } from 'zod';
import { createHttpsTransport } from '../../src/proxmox/http/https-transport.ts';
import { createProxmoxClient } from '../../src/proxmox/client.ts';
import { createReplicator } from '../../src/replication/create-replicator.ts';
import { openStore } from '../../src/store/store.ts';
import { Life } from '../replication/support/life.ts';
import { silentLogger } from '../replication/support/laboratory.ts';
import { createRandom } from '../replication/support/random.ts';
import { clusterId, password, user } from '../replication/support/small-world.ts';
import { findScenario } from './scenarios.ts';
import { createScaledClock } from './support/scaled-clock.ts';
import { createSpoiler } from './support/spoil.ts';

const optionsSchema = z.object({
  scenario: z.string(),
  databaseUrl: z.string(),
  host: z.string(),
  port: z.int(),
  seed: z.int(),
  share: z.number(),
  speed: z.number(),
});

/** What `run-process.ts` gives to a server. */
export type ServerProcessOptions = z.input<typeof optionsSchema>;

interface Struck {
  path: string;
  body?: string | undefined;
}

/** What a server tells `run-process.ts`: that it has come to rest, or which request a fault has struck. */
export type ServerMessage = 'settled' | { struck: Struck };

const options = optionsSchema.parse(JSON.parse(process.argv[2] ?? '{}'));
const { host, port, seed, share, speed } = options;
// Real time on a busy machine is short on a clock that goes so fast: limits and leases are wider, pauses shorter.
const timeouts = { connectMs: 120_000, responseMs: 300_000 };
const intervals = { runMs: 0, leaseMs: 240_000, backOffMaxMs: 45_000 };
const scenario = findScenario(options.scenario);
const clock = createScaledClock(speed);
const random = createRandom(seed);
const connection = { clusterId, host, port, user, password, tls: { mode: 'insecure' } as const };
const https = createHttpsTransport({ connection, connectMs: 5_000, maxSockets: 5 });
const onStrike = (struck: Struck): void => void process.send?.({ struck } satisfies ServerMessage);
const spoiler = createSpoiler({ random, share, cluster: clusterId, control: askSimulator, onStrike });
const transport = spoiler.wrap(https.transport);
const clients = new Map([
  [clusterId, createProxmoxClient({ connection, clock, random, transport, timeouts })],
]);
const store = await openStore({ url: options.databaseUrl });
const policies = new Map([[clusterId, scenario.policy ?? {}]]);
const extensions = scenario.extensions?.(clock);
const base = { store, clients, policies, clock, random, logger: silentLogger, extensions };
const replicator = createReplicator({ ...base, intervals });
const server = { life: new Life(), replicator, store, clients, clock };

process.on('message', (message) => void answer(message));
await replicator.start();
await replicator.settled();
await scenario.ask(server, { random });
process.send?.('settled');

async function answer(message: unknown): Promise<void> {
  if (message === 'ask') {
    await scenario.ask(server, { random });
    process.send?.('settled');
  }
  if (message === 'stop') {
    await replicator.stop();
    await store.close();
    https.close();
    process.disconnect?.();
  }
}

/** Faults of tasks are arranged with the simulator, whose process is another one. */
async function askSimulator(step: object): Promise<unknown> {
  const body = JSON.stringify(step);
  const headers = { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) };
  return https.transport({ method: 'POST', path: '/simulator/control', headers, body });
}
