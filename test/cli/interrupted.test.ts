/** Ctrl-C while a run is watched, on the real binary. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { makeFolder, runHub, startHub, type RunningHub } from './support.ts';

const place = makeFolder();
const world = join(import.meta.dirname, '..', 'field', 'worlds', 'prot.yaml');
let simulator: RunningHub;
let server: RunningHub;
let url = '';

beforeAll(async () => {
  const words = ['--world', world, '--speed', '20', '--write-clusters', 'clusters.json'];
  simulator = startHub(['simulator', ...words], place);
  await simulator.waitFor(/^lab {2}https:/);
  server = startHub(['serve', '--port', '0', '--json'], place);
  url = (await server.waitFor(/^\{"url":"(.*)"\}$/))[1] ?? '';
}, 120_000);

afterAll(async () => {
  for (const running of [server, simulator]) {
    running.kill();
    await running.ended;
  }
  place.remove();
});

describe('a command that watches a run', { timeout: 120_000 }, () => {
  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('says after %s what becomes of the run, and ends with %i', async (signal, expected) => {
    expect(await runHub(['replicate', 'pause', 'lab', '--server', url], place)).toMatchObject({ code: 0 });
    const watching = startHub(['replicate', 'run', '--server', url], place);
    await watching.waitFor(/^run \d+ waits: /);
    watching.kill(signal);
    const { code, stderr } = await watching.ended;
    expect(stderr).toMatch(
      /^Stopped watching run (\d+)\.\nThe server goes on with what is left\. See: hub replicate status \1\n$/,
    );
    expect(code).toBe(expected);
  });

  it('leaves the server to its work', async () => {
    expect(await runHub(['replicate', 'resume', 'lab', '--server', url], place)).toMatchObject({ code: 0 });
    const read = async () => {
      const { stdout } = await runHub(['replicate', 'status', '--server', url, '--json'], place);
      return z.array(z.unknown()).parse(JSON.parse(stdout))[0];
    };
    await expect.poll(read, { timeout: 60_000 }).toMatchObject({ status: 'FINISHED', outcome: 'SUCCEEDED' });
  });
});
