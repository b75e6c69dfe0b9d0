/** The README's and the doctor's `pveum` commands, run literally as root: with them everything works. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { listRolePrivileges } from '../../src/cli/doctor/requirements.ts';
import type { WorldCluster } from '../../src/simulator/world.ts';
import { runShell, type SendAsRoot } from '../support/pveum.ts';
import { openField, type Field } from './support/open-field.ts';

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8');
const readmeCommands = readme.split('\n').filter((line) => line.startsWith('pveum '));
let field: Field | undefined;

afterEach(() => field?.close());

async function open(...given: Parameters<typeof openField>): Promise<Field> {
  field = await openField(...given);
  return field;
}

/** Sends what `pveum` would, with a ticket of root's. */
async function logIn({ simulator }: Field): Promise<SendAsRoot> {
  const send = async (method: string, path: string, body: string | undefined, headers = {}) => {
    const text = { method, path: `/api2/json${path}`, headers, body };
    const answer = await simulator.handle(text);
    const { data } = z.looseObject({ data: z.unknown() }).parse(JSON.parse(answer.body || '{}'));
    return { status: answer.status, reason: answer.reason, data };
  };
  const login = new URLSearchParams({ username: 'root@pam', password: 'secret' });
  const { data } = await send('POST', '/access/ticket', String(login));
  const ticket = z.object({ ticket: z.string(), CSRFPreventionToken: z.string() }).parse(data);
  const headers = {
    cookie: `PVEAuthCookie=${ticket.ticket}`,
    csrfpreventiontoken: ticket.CSRFPreventionToken,
  };
  return (method, path, parameters) => {
    const form = String(new URLSearchParams(parameters));
    return method === 'GET'
      ? send(method, `${path}?${form}`, undefined, headers)
      : send(method, path, form, headers);
  };
}

/** A cluster in which nobody but root may do anything. */
function withoutAccounts(cluster: WorldCluster): WorldCluster {
  return { ...cluster, roles: [], acl: [] };
}

describe("the README's commands", () => {
  it('make an account with which everything works', { timeout: 90_000 }, async () => {
    const lab = await open('n', { change: withoutAccounts });
    const send = await logIn(lab);
    let printed = '';
    for (const command of readmeCommands) {
      const { code, output } = await runShell(command, send);
      expect({ command, code }).toEqual({ command, code: 0 });
      printed = output || printed;
    }
    const made = z.object({ 'full-tokenid': z.string(), value: z.string() }).parse(JSON.parse(printed));
    lab.configure({ token: `${made['full-tokenid']}=${made.value}` });
    expect(await lab.hub('doctor')).toMatchObject({ code: 0 });
    expect(await lab.hub('scan')).toMatchObject({ code: 0 });
    expect(await lab.hub('replicate', 'run')).toMatchObject({ code: 0 });
    expect(await lab.ask('replicate', 'status')).toMatchObject([{ outcome: 'SUCCEEDED', stepsDone: 1 }]);
  });

  it('name the role that the doctor gives', () => {
    const privileges = /-privs "([^"]*)"/.exec(readmeCommands[0] ?? '')?.[1]?.split(' ') ?? [];
    expect(privileges.toSorted()).toEqual(listRolePrivileges('8.4.21').toSorted());
  });
});

describe("the doctor's commands", () => {
  it.each(['n', 'n2'])(
    'put the world %s right, and are found on the terminal',
    { timeout: 90_000 },
    async (name) => {
      const lab = await open(name);
      const send = await logIn(lab);
      const { code, stdout } = await lab.hub('doctor');
      expect(code).toBe(1);
      expect(stdout).toMatch(/Datastore\.Audit, Datastore\.AllocateSpace missing on \/storage and below/);
      expect(stdout).not.toMatch(/disk images may lie on *$/m);
      const commands = stdout.split('\n').flatMap((line) => /^ {2}(pveum .*)$/.exec(line)?.[1] ?? []);
      for (const command of commands)
        expect({ command, code: (await runShell(command, send)).code }).toEqual({ command, code: 0 });
      const second = await lab.hub('doctor');
      expect(second.code).toBe(0);
      expect(second.stdout).not.toContain('pvesm');
      expect((await lab.hub('replicate', 'run')).code).toBe(0);
      expect(await lab.ask('replicate', 'status')).toMatchObject([{ outcome: 'SUCCEEDED', stepsDone: 1 }]);
    },
  );
});

describe('a clock that runs faster', () => {
  it('as that of a sped-up simulator is no fault', async () => {
    const lab = await open('n2', { ownTime: true, speed: 50 });
    await new Promise((resolve) => setTimeout(resolve, 500));
    const { stdout } = await lab.hub('doctor');
    expect(stdout).toMatch(/✓ +time +time passes (3\d|4\d|50) times as fast on pve1 as here/);
  });
});
