import { readFileSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { buildSchema } from 'graphql';
import { timeLimits } from '../../src/graphql/execution/executor.ts';
import { startFuzzedServer, type FuzzedServer } from './fuzzed-server.ts';
import { createChoice, type Choice } from './generate/choice.ts';
import type { FuzzRequest } from './generate/fuzz-request.ts';
import { createGraphqlRequests } from './generate/graphql-request.ts';
import { makeRestRequest } from './generate/rest-request.ts';
import { sendRequest, type FuzzAnswer } from './send-request.ts';

/** What is sent. */
export interface FuzzOptions {
  readonly requests: number;
  /** The same seed sends the same requests. */
  readonly seed: number;
  /** Requests before memory is measured for the first time: caches fill, code is compiled. */
  readonly warmUp: number;
  /** Hears of each finding, and how far it is. */
  readonly tell?: (line: string) => void;
}

/** What came of it. */
export interface FuzzReport {
  readonly requests: number;
  /** Faults of the server, those that GraphQL masks in an answer of status 200 among them. */
  readonly errors5xx: number;
  /** Requests that got no answer within the time limit, or none at all. */
  readonly unanswered: number;
  /** Memory of the server after all requests, over that after warm-up, less one. */
  readonly rssGrowth: number;
  /** How many answers had which status. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Requests under way at the same time. */
const parallel = 32;
/** The server looks at its clock every half second, and is busy with others: what takes longer than this is late. */
const patience = timeLimits.query + 2000;

/** Sends generated requests to a server process of its own. */
export async function runFuzz({ requests, seed, warmUp, tell }: FuzzOptions): Promise<FuzzReport> {
  const server = await startFuzzedServer();
  const agent = new Agent({ keepAlive: true, maxSockets: parallel });
  const count = createCount(tell);
  const shoot = (from: number, to: number) => sendAll({ server, agent, seed, from, to, count });
  try {
    await shoot(-warmUp, 0);
    const before = await server.measure();
    await shoot(0, requests);
    const after = await server.measure();
    tell?.(`memory: ${describeBytes(before)} after warm-up, ${describeBytes(after)} at the end`);
    return { requests, rssGrowth: after.rss / before.rss - 1, ...count.read() };
  } finally {
    agent.destroy();
    await server.stop();
  }
}

function describeBytes({ rss, heapUsed }: { rss: number; heapUsed: number }): string {
  return `${(rss / 1e6).toFixed(1)} MB (heap ${(heapUsed / 1e6).toFixed(1)} MB)`;
}

interface Shooting {
  readonly server: FuzzedServer;
  readonly agent: Agent;
  readonly seed: number;
  readonly from: number;
  readonly to: number;
  readonly count: Count;
}

async function sendAll({ server, agent, seed, from, to, count }: Shooting): Promise<void> {
  const make = createRequests();
  let next = from;
  async function work(): Promise<void> {
    while (next < to) {
      const index = next;
      next += 1;
      // Each request follows from the seed and its own number, so that one of them can be sent again alone.
      const request = make(createChoice(Math.imul(seed, 1_000_003) + index));
      try {
        count.add(index, request, await sendRequest(request, { url: server.url, agent, patience }));
      } catch (error) {
        count.miss(index, request, error);
      }
    }
  }
  await Promise.all(Array.from({ length: parallel }, work));
}

/** Makes any request, of GraphQL or REST. */
export function createRequests(): (choice: Choice) => FuzzRequest {
  const file = join(import.meta.dirname, '..', '..', 'schema.graphql');
  const makeGraphql = createGraphqlRequests(buildSchema(readFileSync(file, 'utf8')));
  return (choice) => (choice.chance(0.7) ? makeGraphql(choice) : makeRestRequest(choice));
}

interface Count {
  add(index: number, request: FuzzRequest, answer: FuzzAnswer): void;
  miss(index: number, request: FuzzRequest, error: unknown): void;
  read(): Pick<FuzzReport, 'errors5xx' | 'unanswered' | 'statuses'>;
}

function createCount(tell: FuzzOptions['tell']): Count {
  const statuses: Record<string, number> = {};
  let errors5xx = 0;
  let unanswered = 0;
  const show = (index: number, { kind, method, path, body }: FuzzRequest, what: string) =>
    tell?.(
      `${index} ${kind} ${method} ${path.slice(0, 300)} ${body?.toString('utf8').slice(0, 2000) ?? ''}: ${what}`,
    );
  return {
    add: (index, request, { status, body }) => {
      statuses[status] = (statuses[status] ?? 0) + 1;
      if (status < 500 && !body.includes('INTERNAL_SERVER_ERROR')) return;
      errors5xx += 1;
      show(index, request, `${status} ${body.slice(0, 300)}`);
    },
    miss: (index, request, error) => {
      unanswered += 1;
      show(index, request, String(error));
    },
    read: () => ({ errors5xx, unanswered, statuses }),
  };
}
