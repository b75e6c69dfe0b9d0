import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeFolder, runHub, startHub } from './support.ts';

let place: ReturnType<typeof makeFolder>;

beforeEach(() => {
  place = makeFolder();
});

afterEach(() => place.remove());

function demo(...words: string[]) {
  return runHub(['demo', '--port', '0', ...words], { folder: place.folder });
}

describe('hub demo --exit-when-settled', { timeout: 120_000 }, () => {
  it.each([[[]], [['--forget-database']]])(
    'with %j ends with one line of figures: nothing missing, no copy by the second boot',
    async (words) => {
      const { code, stdout } = await demo('--exit-when-settled', '--json', ...words);
      expect(code).toBe(0);
      const figures: unknown = JSON.parse(stdout);
      expect(figures).toEqual({
        clusters: 2,
        nodes: 6,
        originals: 5,
        replicas: 8,
        missing: 0,
        clones: 8,
        restarted: { clones: 0 },
      });
      expect(Object.keys(figures ?? {})).toEqual(
        'clusters nodes originals replicas missing clones restarted'.split(' '),
      );
      expect(existsSync(join(place.folder, 'data'))).toBe(false);
    },
  );

  it('shows steps as plain lines where there is no terminal, and says the rest in words', async () => {
    const { code, stdout } = await demo('--exit-when-settled');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^cloning +\d+% {2}\S+ → \w+/m);
    expect(stdout.match(/^done +100% /gm)).toHaveLength(8);
    expect(stdout).toMatch(
      /^Every template is where it can be now \(8 copies made\):\n {2}5 originals and 8 replicas on 6 nodes of 2 clusters\n {2}2 places not possible: .*beta3.*offline$/m,
    );
    expect(stdout).toMatch(/A second boot made 0 copies\.\n$/);
  });
});

describe('hub demo', { timeout: 120_000 }, () => {
  it('says where to look, stays until it is asked to end, and goes on from there the next time', async () => {
    const first = startHub(['demo', '--port', '0'], { folder: place.folder });
    const [, url] = await first.waitFor(/GraphiQL +(http:\S+)\/graphql/);
    expect(await first.waitFor(/Every template .* \((\d+) copies made\)/)).toMatchObject({ 1: '8' });
    const stats: unknown = await (await fetch(`${url}/api/templates/stats`)).json();
    expect(stats).toMatchObject({ total_templates: 13, original_templates: 5, replica_templates: 8 });
    first.kill('SIGINT');
    expect((await first.ended).code).toBe(0);
    const second = startHub(['demo', '--port', '0'], { folder: place.folder });
    expect(await second.waitFor(/Every template .* \((\d+) copies made\)/)).toMatchObject({ 1: '0' });
    second.kill('SIGTERM');
    expect(await second.ended).toMatchObject({ code: 0, stderr: '' });
    expect(existsSync(join(place.folder, 'data', 'demo', 'template-hub.db'))).toBe(true);
  });

  it('may be stopped half-way: the next one finishes what was begun', async () => {
    const first = startHub(['demo', '--port', '0'], { folder: place.folder });
    await first.waitFor(/^migrating /);
    first.kill('SIGINT');
    expect((await first.ended).code).toBe(0);
    const { stdout } = await demo('--folder', join('data', 'demo'), '--exit-when-settled', '--json');
    expect(JSON.parse(stdout)).toMatchObject({ replicas: 8, missing: 0, restarted: { clones: 0 } });
  });
});
