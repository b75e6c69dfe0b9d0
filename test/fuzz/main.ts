/**
 * `npm run -s fuzz:api [-- --requests n --seed s]`: sends generated GraphQL documents and REST requests to a server over
 * HTTP. Fails on a fault of the server, an answer after the time limit, or memory that grows.
 */
import { parseArgs } from 'node:util';
import { readCount } from '../support/read-count.ts';
import { runFuzz } from './run-fuzz.ts';

/** How much the memory of the server may grow after warm-up. */
const allowedGrowth = 0.05;

/** Requests after which caches are full and code is compiled. */
const leastWarmUp = 10_000;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
  },
});
const requests = readCount(values.requests);
const seed = readCount(values.seed);

process.stdout.write(`seed ${seed}\n`);
const report = await runFuzz({
  requests,
  seed,
  warmUp: Math.max(leastWarmUp, Math.ceil(requests / 4)),
  tell: (line) => process.stdout.write(`${line}\n`),
});
process.stdout.write(
  `answers by status: ${JSON.stringify(report.statuses)}; unanswered: ${report.unanswered}\n`,
);
const { errors5xx, unanswered, rssGrowth } = report;
process.stdout.write(`FUZZ requests=${requests} errors5xx=${errors5xx} rss_growth=${rssGrowth.toFixed(3)}\n`);
if (errors5xx > 0 || unanswered > 0 || rssGrowth > allowedGrowth) process.exitCode = 1;
