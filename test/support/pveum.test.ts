import { expect, it } from 'vitest';
import { runShell, type SendAsRoot } from './pveum.ts';

/** Keeps what is sent; refuses what `refused` names. */
function keep(refused: readonly string[] = []) {
  const sent: unknown[] = [];
  const send: SendAsRoot = async (method, path, parameters) => {
    sent.push([method, path, parameters]);
    const isRefused = refused.includes(`${method} ${path}`);
    return { status: isRefused ? 500 : 200, reason: 'no', data: { '/': { 'VM.Audit': 1 } } };
  };
  return { sent, send };
}

it('sends what a command says', async () => {
  const { sent, send } = keep();
  await runShell('pveum role add Hub -privs "VM.Audit VM.Clone"', send);
  await runShell("pveum acl modify / -token 'a@pve!b' -role Hub   # all", send);
  await runShell('pveum user token add a@pve b --privsep 0', send);
  expect(sent).toEqual([
    ['POST', '/access/roles', { roleid: 'Hub', privs: 'VM.Audit VM.Clone' }],
    ['PUT', '/access/acl', { path: '/', tokens: 'a@pve!b', roles: 'Hub' }],
    ['POST', '/access/users/a%40pve/token/b', { privsep: '0' }],
  ]);
});

it('tries the alternative only where the first fails', async () => {
  const line = 'pveum role add Hub -privs "A.B" || pveum role modify Hub -append 1 -privs "A.B"';
  const well = keep();
  expect((await runShell(line, well.send)).code).toBe(0);
  expect(well.sent).toHaveLength(1);
  const refused = keep(['POST /access/roles']);
  expect((await runShell(line, refused.send)).code).toBe(0);
  expect(refused.sent[1]).toEqual(['PUT', '/access/roles/Hub', { append: '1', privs: 'A.B' }]);
});

it('puts in what a command prints', async () => {
  const { sent, send } = keep();
  const shown = "pveum user permissions 'a@pve' --path / | grep -oE '[A-Z]+([.][A-Z][a-z]+)+' | tr '\\n' ' '";
  await runShell(`pveum role add Hub -privs "Sys.Audit $(${shown})" || pveum user add b@pve`, send);
  expect(sent).toEqual([
    ['GET', '/access/permissions', { userid: 'a@pve', path: '/' }],
    ['POST', '/access/roles', { roleid: 'Hub', privs: 'Sys.Audit VM.Audit ' }],
  ]);
});

it('filters by grep', async () => {
  const { sent, send } = keep();
  const line = (pattern: string) =>
    `pveum user permissions 'a@pve' | grep -E '${pattern}' || pveum user add b@pve`;
  expect((await runShell(line('VM[.]|x'), send)).output).toBe('/ VM.Audit (*)\n');
  expect(sent).toHaveLength(1);
  await runShell(line('Sys'), send);
  expect(sent.at(-1)).toEqual(['POST', '/access/users', { userid: 'b@pve' }]);
});

it.each(['rm -rf /', 'pveum frob', 'pveum role add X --force', 'pveum role add X | sort'])(
  'knows no %s',
  async (line) => {
    await expect(runShell(line, keep().send)).rejects.toThrow(/no such/);
  },
);
