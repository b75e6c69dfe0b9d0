import { request as send } from 'node:https';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { createSimulator, type Simulator, type SimulatorAddress } from '../../src/simulator/simulator.ts';
import { systemClock, type Clock } from '../../src/time/clock.ts';
import { compareAnswers, readRecorded, type Answer } from './compare.ts';
import { planSeries } from './plan.ts';
import { readRecording, type Exchange } from './recording.ts';
import { readOwnSetups } from './run.ts';
import { SetupBook } from './setup-book.ts';

/** A hundred times faster than the machine's: the 3 s that a 401 takes are 30 ms. */
const fastClock: Clock = {
  now: () => systemClock.now(),
  sleep: (ms, signal) => systemClock.sleep(ms / 100, signal),
};

const { series: recording } = await readRecording(join(import.meta.dirname, '../data/recorded.jsonl'));
const setups = new SetupBook(await readOwnSetups());

describe.each(['rec1', 'rec1-pve9'])('refusals over the wire as recorded in %s', (name) => {
  const series = recording.find((candidate) => candidate.name === name);
  const exchanges = (series?.exchanges ?? []).filter(isRefusedAlone);
  let simulator: Simulator;
  let address: SimulatorAddress;

  beforeAll(async () => {
    if (series === undefined) throw new TypeError(`The recording has no series ${name}`);
    // The tokens and users that the series makes on its way are there from the start.
    const { world } = planSeries({ ...series, name: 'refusals', exchanges }, setups);
    simulator = createSimulator({ world, clock: fastClock, random: Math.random });
    const [first] = await simulator.listen({ host: '127.0.0.1', port: 0 });
    if (first === undefined) throw new TypeError('The simulator does not listen');
    address = first;
  });

  afterAll(() => simulator.close());

  it('has some', () => {
    expect(exchanges.length).toBeGreaterThan(10);
  });

  it.each(exchanges.map((exchange) => [exchange.note, exchange] as const))('%s', async (_, exchange) => {
    const answer = await sendOver(address, exchange);
    expect(compareAnswers(readRecorded(exchange.response), answer, {})).toEqual([]);
  });
});

/** Refusals that need no ticket from the same series. */
function isRefusedAlone({ request, response }: Exchange): boolean {
  return response.status >= 400 && !('Cookie' in request.headers);
}

/** Sends a recorded request as it was sent: its own connection, its own headers, nothing added. */
function sendOver(address: SimulatorAddress, { request }: Exchange): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = send(
      {
        host: address.host,
        port: address.port,
        method: request.method,
        path: request.path,
        headers: { ...request.headers, Connection: 'close' },
        agent: false,
        ca: address.ca,
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString();
          const json = incoming.headers['content-type']?.startsWith('application/json') ?? false;
          resolve({
            status: incoming.statusCode ?? 0,
            reason: incoming.statusMessage ?? '',
            headers: Object.entries(incoming.headers).map(([name, value]) => [name, String(value)] as const),
            body: json ? JSON.parse(text) : text,
            json,
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(request.body ?? undefined);
  });
}
