import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openStore } from '../../src/store/store.ts';

const rounds = 60;

it('lets two processes read and then write in their transactions, and loses nothing', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-two-'));
  const url = `file:${join(folder, 'hub.db')}`;
  const store = await openStore({ url });
  await store.prisma.lease.create({ data: { name: 'counter', owner: 'test', expiresAt: new Date(0) } });
  const codes = await Promise.all([count(url), count(url)]);
  expect(codes).toEqual([0, 0]);
  expect(await store.prisma.lease.findUnique({ where: { name: 'counter' } })).toMatchObject({
    fence: 2 * rounds,
  });
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

function count(url: string): Promise<number | null> {
  const child = fork(join(import.meta.dirname, 'support', 'count.ts'), [url, String(rounds)]);
  return new Promise((resolve) => child.once('exit', resolve));
}
