/** Tables on terminals of different widths, colours, and names that would take a terminal over. */
import { createServer, type Server } from 'node:http';
import { stripVTControlCharacters } from 'node:util';
import stringWidth from 'string-width';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runOnTerminal } from './on-terminal.ts';
import { findSample, makeFolder, runHub, runHubHere } from './support.ts';

const place = makeFolder();

beforeAll(async () => {
  await runHub(['import', findSample('s3_december')], place);
}, 60_000);

afterAll(() => place.remove());

function linesOf(shown: string): string[] {
  return stripVTControlCharacters(shown).split(/\r?\n/);
}

describe('tables', { timeout: 120_000 }, () => {
  it('fit a terminal of 80 columns, in colours', async () => {
    const shown = await runOnTerminal(['template', 'list'], place);
    const lines = linesOf(shown);
    expect(lines[0]).toMatch(/^ +VMID +NAME +CLUSTER +NODE +ROLE /);
    for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(80);
    expect(lines.some((line) => /^\d+ templates: \d+ originals, /.test(line))).toBe(true);
    expect(shown).toMatch(/\[1m *VMID/);
  });

  it('of 50 columns wrap, of 24 become lines; without colours where NO_COLOR is set', async () => {
    for (const columns of [50, 24]) {
      const environment = { NO_COLOR: '1' };
      const shown = await runOnTerminal(['template', 'list'], { ...place, columns, environment });
      expect(shown).not.toContain('\u001B[');
      for (const line of linesOf(shown).slice(0, -2)) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });

  it('are as wide as they must be elsewhere, without colours', async () => {
    const { stdout } = await runHubHere(['template', 'list'], place);
    expect(stdout).not.toContain('\u001B');
    const narrow = await runHubHere(['stats'], { ...place, environment: { COLUMNS: '40' } });
    for (const line of narrow.stdout.split('\n').slice(0, -2)) expect(line.length).toBeLessThanOrEqual(40);
  });

  it('show times from now, and exact ones with --json', async () => {
    const { stdout } = await runHubHere(['template', 'list', '--json'], place);
    expect(stdout).toMatch(/"lastVerifiedAt":"\d{4}-\d\d-\d\dT[\d:.]+Z"/);
    const shown = await runHubHere(['template', 'list'], place);
    expect(shown.stdout).not.toMatch(/T\d\d:\d\d/);
    expect(shown.stdout).toMatch(/SEEN\n.* (\d+[smhd] ago|\d{4}-\d\d-\d\d)\n/);
  });
});

const evil = '\u001B[2J\u001B]0;owned\u0007evil\r\nname\u009B31m';

/** A server that answers every document with these data. */
function answerWith(data: unknown): Promise<Server> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify(data));
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

async function ask(server: Server, ...words: string[]) {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return runHubHere([...words, '--server', `http://127.0.0.1:${address.port}`], place);
}

const planLine = {
  sourceVmid: 9000,
  sourceName: evil,
  sourceNode: null,
  targetNode: 'pve2',
  state: 'NOT_POSSIBLE',
  vmid: null,
  way: null,
  targetStorage: null,
  copyVmid: null,
  bytes: null,
  reasonCode: 'NODE_OFFLINE',
  reason: `Node ${evil} is offline`,
  warnings: [],
};

describe('names and messages of clusters', () => {
  it('are shown without control characters, in tables, sentences, errors and JSON', async () => {
    const cluster = {
      clusterId: 'lab',
      errorCode: null,
      errorMessage: null,
      remove: [],
      keep: [],
      remarks: [],
    };
    const plans = [{ ...cluster, lines: [planLine] }];
    const server = await answerWith({ data: { replicate: { plans, userErrors: [] } } });
    try {
      const plan = await ask(server, 'replicate', 'plan');
      expect(plan).toMatchObject({ code: 0, stderr: '' });
      expect(plan.stdout).toContain('evil name');
      const all = await ask(server, 'replicate', 'plan', '--all', '--json');
      expect(JSON.parse(all.stdout)).toMatchObject([{ lines: [{ sourceName: evil }] }]);
      for (const { stdout } of [plan, all]) expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    } finally {
      server.close();
    }
  });

  it('a plan with a template whose node nobody knows is shown', async () => {
    const cluster = {
      clusterId: 'lab',
      errorCode: null,
      errorMessage: null,
      remove: [],
      keep: [],
      remarks: [],
    };
    const plans = [{ ...cluster, lines: [{ ...planLine, sourceName: 'debian' }] }];
    const server = await answerWith({ data: { replicate: { plans, userErrors: [] } } });
    try {
      const { stdout } = await ask(server, 'replicate', 'plan');
      expect(stdout).toMatch(/^lab: 1 not possible\n! not possible: debian \(9000\) on pve2: /);
    } finally {
      server.close();
    }
  });

  it('an answer of another form is told in a sentence', async () => {
    const server = await answerWith({
      data: { replicate: { plans: [{ clusterId: 'lab' }], userErrors: [] } },
    });
    try {
      const { code, stderr } = await ask(server, 'replicate', 'plan');
      expect(code).toBe(1);
      expect(stderr).toMatch(/^The answer has not the form .*is the server of another version\?\n$/);
    } finally {
      server.close();
    }
  });

  it('an error with an escape sequence is shown without it', async () => {
    const server = await answerWith({ errors: [{ message: `no ${evil}`, extensions: { code: 'X' } }] });
    try {
      const { stderr } = await ask(server, 'replicate', 'plan');
      expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      expect(stderr).toContain('no evil');
    } finally {
      server.close();
    }
  });
});
