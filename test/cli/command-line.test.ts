import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { legacyClusters, makeFolder, runHub } from './support.ts';
import manifest from '../../package.json' with { type: 'json' };

let place: ReturnType<typeof makeFolder>;

beforeAll(() => {
  place = makeFolder();
});

afterAll(() => place.remove());

function hub(...words: string[]) {
  return runHub(words, { folder: place.folder });
}

describe('help', () => {
  it('comes from the binary', async () => {
    const { code, stdout } = await hub('--help');
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Usage: hub/) });
  });

  it('tells the version', async () => {
    expect(await hub('--version')).toMatchObject({ code: 0, stdout: `${manifest.version}\n` });
  });

  it('names every command', async () => {
    const { stdout } = await hub('--help');
    const commands =
      'serve demo simulator migrate import scan template stats replicate class cluster webhook config completion';
    for (const command of commands.split(' ')) expect(stdout).toMatch(new RegExp(`^  ${command} `, 'm'));
  });
});

describe('a wrong command line', () => {
  it.each([
    ['an unknown command', ['frob'], /unknown command 'frob'/],
    ['a command of a group', ['pause'], /unknown command 'pause'[^]*There is: hub replicate pause\n$/],
    ['a bad duration', ['replicate', 'run', '--timeout', 'soon'], /It must be a duration such as 90s/],
    ['an unknown option', ['stats', '--frob'], /unknown option '--frob'/],
    ['a missing argument', ['import'], /missing required argument 'file'/],
    ['a bad number', ['template', 'show', 'x'], /It must be a VMID/],
    ['a bad choice', ['template', 'list', '--role', 'king'], /It must be original, replica or class/],
    ['what does not go together', ['demo', '--forget-database'], /goes with --exit-when-settled/],
    ['a bad port', ['demo', '--port', '70000'], /It must be a number from 0 to 65535/],
  ])('with %s exits 2 and says so', async (_what, words, message) => {
    const { code, stdout, stderr } = await hub(...words);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
  });
});

describe('config', () => {
  it('check tells all faults at once and exits 1', async () => {
    const environment = { HOST: '0.0.0.0', PORT: 'http', PVE_HOST: '10.0.0.1' };
    const { code, stderr } = await runHub(['config', 'check'], { folder: place.folder, environment });
    expect(code).toBe(1);
    expect(stderr).toBe(
      'The configuration has 3 faults:\n' +
        '  PORT: must be a port from 0 to 65535, not "http"\n' +
        '  API_TOKEN: is required because HOST=0.0.0.0 is reachable from other machines; set it to a long random text (openssl rand -hex 32), or HOST to 127.0.0.1\n' +
        '  PVE_ADMIN_USER: is missing: give "token", or "user" and "password"\n',
    );
  });

  it('serve refuses to be reachable without a token', async () => {
    const { code, stderr } = await runHub(['serve', '--offline', '--host', '0.0.0.0'], {
      folder: place.folder,
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/API_TOKEN: is required because HOST=0\.0\.0\.0/);
  });

  it('faults are JSON with --json', async () => {
    const environment = { PORT: 'x' };
    const { stdout, stderr } = await runHub(['config', 'check', '--json'], {
      folder: place.folder,
      environment,
    });
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'CONFIG_INVALID', message: expect.stringContaining('PORT: must be a port') },
    });
  });

  it('print shows what is in force and no secret', async () => {
    writeFileSync(join(place.folder, 'lab.json'), JSON.stringify(legacyClusters));
    const environment = {
      API_TOKEN: 'hunter2-and-as-long-as-it-has-to-be',
      DATABASE_URL: 'postgresql://hub:hunter2@db/hub',
    };
    for (const more of [[], ['--json']]) {
      const words = ['config', 'print', '--clusters', 'lab.json', ...more];
      const { code, stdout } = await runHub(words, { folder: place.folder, environment });
      expect(code).toBe(0);
      expect(stdout).not.toContain('hunter2');
      expect(stdout).toContain('postgresql://hub:***@db/hub');
      expect(stdout).toContain('cluster2');
    }
  });
});

describe('completion', () => {
  it('for bash offers commands and options', async () => {
    const { stdout } = await hub('completion', 'bash');
    expect(stdout).toContain('complete -o default -F _template_hub template-hub hub');
    expect(stdout).toMatch(/'template'\) words='list show nodes/);
    expect(stdout).toMatch(/'replicate run'\) words='--cluster --vmid/);
  });

  it('for zsh goes over bash’s', async () => {
    expect((await hub('completion', 'zsh')).stdout).toMatch(/^autoload -U \+X bashcompinit/);
  });
});
