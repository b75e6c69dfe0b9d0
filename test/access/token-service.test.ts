import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createTokenService, type TokenService } from '../../src/access/token-service.ts';
import { parseToken } from '../../src/access/token-text.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { DrivenClock } from '../../src/time/driven-clock.ts';

const clock = new DrivenClock();
let folder: string;
let store: Store;
let tokens: TokenService;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-tokens-'));
  store = await openStore({ url: `file:${join(folder, 'hub.db')}` });
  await store.prisma.cluster.create({ data: { id: 'lab', name: 'Lab', host: '10.0.0.1' } });
  tokens = createTokenService({ store, clock });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

const later = () => new Date(clock.now() + 1000);

it('a token is stored with its role and clusters, and its secret is in no file', async () => {
  const clusterIds = ['lab'];
  const { row, text } = await tokens.create({
    name: ' ci ',
    role: 'OPERATOR',
    clusterIds,
    expiresAt: later(),
  });
  expect(row).toMatchObject({ name: 'ci', role: 'OPERATOR', clusters: '["lab"]', revokedAt: null });
  const secret = parseToken(text)?.secret ?? '';
  expect(secret).toHaveLength(64);
  for (const file of readdirSync(folder)) {
    const bytes = readFileSync(join(folder, file));
    expect(bytes.includes(secret) || bytes.includes(Buffer.from(secret, 'hex')), file).toBe(false);
  }
});

it('another secret takes the place of the former, and a revoked token gets none', async () => {
  const { row, text } = await tokens.create({ name: 'ci', role: 'ADMIN', expiresAt: later() });
  const rotated = await tokens.rotate(row.id);
  expect(parseToken(rotated.text)?.id).toBe(row.id);
  expect(rotated.text).not.toBe(text);
  expect(rotated.row.hash).not.toBe(row.hash);
  expect(rotated.row.expiresAt).toEqual(row.expiresAt);
  const revoked = await tokens.revoke(row.id);
  expect(revoked.revokedAt).toEqual(new Date(clock.now()));
  await expect(tokens.rotate(row.id)).rejects.toMatchObject({ code: 'TOKEN_REVOKED', field: ['id'] });
  expect((await tokens.revoke(row.id)).revokedAt).toEqual(revoked.revokedAt);
});

it('an expired token is rotated with another expiry only', async () => {
  const { row } = await tokens.create({ name: 'ci', role: 'VIEWER', expiresAt: later() });
  await store.prisma.apiToken.update({ where: { id: row.id }, data: { expiresAt: new Date(clock.now()) } });
  await expect(tokens.rotate(row.id)).rejects.toMatchObject({ code: 'INVALID_INPUT', field: ['expiresAt'] });
  expect((await tokens.rotate(row.id, { expiresAt: later() })).row.expiresAt).toEqual(later());
});

it.each([
  [{ name: ' ' }, 'INVALID_INPUT', ['name']],
  [{ clusterIds: [] }, 'INVALID_INPUT', ['clusterIds']],
  [{ clusterIds: ['lba'] }, 'CLUSTER_NOT_FOUND', ['clusterIds']],
  [{ expiresAt: new Date(0) }, 'INVALID_INPUT', ['expiresAt']],
])('%j is refused', async (changes, code, field) => {
  const input = { name: 'ci', role: 'ADMIN' as const, expiresAt: later(), ...changes };
  await expect(tokens.create(input)).rejects.toMatchObject({ code, field });
  expect(await store.prisma.apiToken.count()).toBe(0);
});

it('a token that is not there is said so', async () => {
  await expect(tokens.revoke(4711)).rejects.toMatchObject({ code: 'TOKEN_NOT_FOUND' });
});
