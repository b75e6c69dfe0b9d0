/** `hub class …` and the control of runs, through a running server on simulated clusters, all as the real binary. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { typeOnTerminal } from './on-terminal.ts';
import { makeFolder, runHub, startHub, type RunningHub } from './support.ts';

const place = makeFolder();
const processes: RunningHub[] = [];
let url = '';

beforeAll(async () => {
  const words = '--world classroom --speed 50 --write-clusters clusters.json --json'.split(' ');
  const simulator = startHub(['simulator', ...words], place);
  processes.push(simulator);
  await simulator.waitFor(/^\{"addresses"/);
  const server = startHub(['serve', '--port', '0', '--json'], {
    ...place,
    environment: { REPLICATE_AT_START: 'false' },
  });
  processes.push(server);
  url = (await server.waitFor(/^\{"url":"(.*)"\}$/))[1] ?? '';
  await runHub(['scan', '--server', url], place);
});

afterAll(async () => {
  for (const running of processes.reverse()) {
    running.kill();
    expect((await running.ended).code).toBe(0);
  }
  place.remove();
});

function hub(...words: string[]) {
  return runHub([...words, '--server', url], place);
}

/** The command on a terminal, with what a person types. */
function onTerminal(...words: string[]) {
  return (typed: string) => typeOnTerminal(words, { ...place, typed });
}

async function askJson(...words: string[]): Promise<unknown> {
  const { code, stdout, stderr } = await hub(...words, '--json');
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

describe('hub class', { timeout: 60_000 }, () => {
  it('books a class', async () => {
    const words = 'class create Rust --cluster classroom --source 9000 --students 2 --teacher ada'.split(' ');
    expect(await askJson(...words)).toMatchObject({
      databaseId: 1,
      name: 'Rust',
      teacher: 'ada',
      state: 'DRAFT',
      machines: [],
    });
  });

  it('says first what would be made', async () => {
    const { code, stdout } = await hub('class', 'deploy', '1', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}make +base Rust-base-room1 on room1 \(full copy, 16\.0 GiB\)$/m);
    expect(stdout).toMatch(/^ {2}make +student Rust-1 on room\d \(linked clone\)$/m);
    expect(await askJson('class', 'show', '1')).toMatchObject({ machines: [] });
  });

  it('makes it, showing each step', async () => {
    const { code, stdout } = await hub('class', 'deploy', '1');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^done +100% {2}Rust-base-room1/m);
    expect(stdout).toMatch(/^student +1 +Rust-1 +\d+ +room\d +present/m);
  });

  it('adds students, and replaces one machine', async () => {
    expect(await askJson('class', 'add-students', '1', '1')).toMatchObject({ run: { outcome: 'SUCCEEDED' } });
    const before = await readStudents();
    expect(before.map((student) => student.number)).toEqual([1, 2, 3]);
    const reset = await askJson('class', 'reset', '1', '2', '--yes');
    expect(reset).toMatchObject({ plan: { make: [{ number: 2 }], remove: [{ vmid: before[1]?.vmid }] } });
    const after = await readStudents();
    expect(after[1]?.vmid).not.toBe(before[1]?.vmid);
    expect([after[0], after[2]]).toEqual([before[0], before[2]]);
  });

  it('removes nothing that nobody has confirmed', async () => {
    for (const words of [
      ['delete', '1'],
      ['reset', '1', '2'],
    ]) {
      const { code, stdout, stderr } = await hub('class', ...words);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(/^This would .* class Rust\. Nobody can be asked here: add --yes/);
    }
    expect((await hub('class', 'delete', '1', '--dry-run')).code).toBe(0);
    expect(await readStudents()).toHaveLength(3);
  });

  it('asks on a terminal for the name of the class, or of the student', async () => {
    const wrong = await onTerminal('class', 'reset', '1', '2', '--server', url)('Rust-3');
    expect(wrong).toContain('Type its name (Rust) to go on: ');
    expect(wrong).toContain('That is not its name; nothing was done.');
    const before = await readStudents();
    expect(await onTerminal('class', 'reset', '1', '2', '--server', url)('Rust-2')).toContain('Rust-2');
    expect((await readStudents())[1]?.vmid).not.toBe(before[1]?.vmid);
  });

  it('removes what it made, and nothing else', async () => {
    expect(await askJson('class', 'delete', '1', '--yes')).toMatchObject({
      class: { state: 'DELETED' },
      run: { outcome: 'SUCCEEDED' },
    });
    expect(await askJson('stats')).toMatchObject({ originalTemplates: 2, classTemplates: 0 });
  });

  it('refuses what makes no sense, with the API’s words', async () => {
    const { code, stderr } = await hub('class', 'deploy', '99', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'CLASS_NOT_FOUND' } });
    expect((await hub('class', 'show', '99')).stderr).toBe('there is no class 99\n');
  });
});

describe('hub replicate cancel and retry', { timeout: 60_000 }, () => {
  it('stop a run, and do the rest of it later', async () => {
    const runs = z.array(z.looseObject({ databaseId: z.int() }));
    const [run] = runs.parse(await askJson('replicate', 'run', '--vmid', '9001', '--no-wait'));
    const runId = String(run?.databaseId);
    expect(await askJson('replicate', 'cancel', runId)).toMatchObject([{ databaseId: run?.databaseId }]);
    await expect
      .poll(() => askJson('replicate', 'status', runId), { timeout: 20_000 })
      .toMatchObject({
        status: 'FINISHED',
        outcome: 'CANCELLED',
      });
    const { code, stdout, stderr } = await hub('replicate', 'retry', runId);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^done +100% {2}databases-replica/m);
    expect((await hub('replicate', 'plan', '--vmid', '9001')).stdout).toBe(
      'classroom: everything is in place\n',
    );
  });
});

async function readStudents() {
  const schema = z.object({
    machines: z.array(
      z.looseObject({ role: z.string(), number: z.int().nullable(), vmid: z.int().nullable() }),
    ),
  });
  const { machines } = schema.parse(await askJson('class', 'show', '1'));
  return machines
    .filter((machine) => machine.role === 'STUDENT')
    .sort((a, b) => (a.number ?? 0) - (b.number ?? 0));
}
