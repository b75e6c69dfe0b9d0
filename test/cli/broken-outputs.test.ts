/** Readers that leave, disks that are full, databases that are none: sentences, never stacks, on the real binary. */
import { mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeFolder, runHub, startHub } from './support.ts';

const place = makeFolder();
const stack = /^ +at .*:\d+/m;

beforeAll(() => {
  mkdirSync(join(place.folder, 'a-folder'));
  writeFileSync(
    join(place.folder, 'text.txt'),
    'nothing but text, and more than a hundred bytes of it: '.repeat(4),
  );
});

afterAll(() => place.remove());

async function isServed(url: string): Promise<boolean> {
  return (await fetch(`${url}/health`)).ok && (await fetch(`${url}/api/templates`)).ok;
}

describe('a server', { timeout: 120_000 }, () => {
  it.each(['json', 'pretty'])('whose log (%s) nobody reads any more goes on', async (format) => {
    const environment = { LOG_FORMAT: format, LOG_LEVEL: 'debug' };
    const server = startHub(['serve', '--offline', '--port', '0'], { ...place, environment });
    const [, url = ''] = await server.waitFor(/url"?: ?"(http:[^"]+)"/);
    server.stopReading();
    for (let round = 0; round < 5; round += 1) expect(await isServed(url)).toBe(true);
    server.kill();
    expect(await server.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('whose log cannot be written says so once, and goes on', async () => {
    const port = 18_000 + (process.pid % 1000);
    const full = openSync('/dev/full', 'w');
    const server = startHub(['serve', '--offline', '--port', String(port)], { ...place, stdout: full });
    await expect
      .poll(() => isServed(`http://127.0.0.1:${port}`).catch(() => false), { timeout: 30_000 })
      .toBe(true);
    server.kill();
    const { stderr } = await server.ended;
    expect(stderr).toMatch(/^The output cannot be written and is lost: ENOSPC.*The command goes on\.\n$/);
  });
});

describe('a command', { timeout: 120_000 }, () => {
  it('whose reader has left ends quietly', async () => {
    const command = startHub(['completion', 'bash'], place);
    command.stopReading();
    expect(await command.ended).toMatchObject({ code: 0, stderr: '' });
  });

  it('whose output cannot be written fails and says so', async () => {
    const outcome = await runHub(['completion', 'bash'], { ...place, stdout: openSync('/dev/full', 'w') });
    expect(outcome.code).toBe(1);
    expect(outcome.stderr).toMatch(/^The output cannot be written and is lost: ENOSPC/);
  });

  it.each([
    ['a folder', 'file:./a-folder', /a-folder cannot be opened: it is a folder\.\n/],
    ['a text file', 'file:./text.txt', /text\.txt cannot be opened: it is a file of another kind\.\n/],
    ['a file that is not there', 'file:./typo.db', /^There is no database .*typo\.db\.\n/],
    ['an unknown scheme', 'mysql://hub:hunter2@db/x', /DATABASE_URL: must be file:<path>/],
    [
      'a PostgreSQL that is away',
      'postgresql://hub:hunter2@127.0.0.1:1/x',
      /x at 127\.0\.0\.1:1 cannot be opened/,
    ],
  ])('on %s as database says what is wrong', async (_what, database, words) => {
    const { code, stderr } = await runHub(['stats', '--database', database], place);
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
    expect(stderr).not.toMatch(stack);
    expect(stderr).not.toContain('hunter2');
  });
});
