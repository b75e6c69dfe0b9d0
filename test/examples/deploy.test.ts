/** What examples/deploy tells service managers, containers and proxies is held against the program. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import manifest from '../../package.json' with { type: 'json' };
import { createProgram } from '../../src/cli/program.ts';
import { takeSurroundings } from '../../src/cli/surroundings.ts';
import { settingNames } from '../../src/config/environment.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { withSecrets } from '../../src/config/secret-sources.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples', 'deploy');
const read = (name: string) => readFileSync(join(examples, name), 'utf8');
const folder = mkdtempSync(join(tmpdir(), 'hub-deploy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const clustersFile = join(folder, 'clusters.json');
writeFileSync(clustersFile, '[]', { mode: 0o600 });
const strong = '0123456789abcdef0123456789abcdef';
const commands = createProgram(takeSurroundings()).commands.map((command) => command.name());

/** Whether the program takes these settings as they are; the clusters file is one of the test's. */
function expectSettings(environment: Record<string, string>): void {
  expect(Object.keys(environment).filter((name) => !settingNames.includes(name))).toEqual([]);
  const config = loadConfig({ environment: { ...environment, CLUSTERS_FILE: clustersFile }, folder });
  expect(config.warnings).toEqual([]);
}

const service = z.looseObject({
  environment: z.record(z.string(), z.string()),
  healthcheck: z.unknown().optional(),
  volumes: z.array(z.string()).default([]),
});
const composeSchema = z.looseObject({
  services: z.object({ hub: service, database: service }),
  secrets: z.record(z.string(), z.object({ file: z.string() })),
  volumes: z.record(z.string(), z.unknown()),
});

describe('compose.yaml', () => {
  const compose = composeSchema.parse(parse(read('compose.yaml')));
  const { hub, database } = compose.services;

  it('gives settings that the program has, its secrets from outside the file', () => {
    const environment = Object.fromEntries(
      Object.entries(hub.environment).map(([name, text]) => [
        name,
        text.replaceAll(/\$\{\w+:\?[^}]*\}/g, strong),
      ]),
    );
    expect(hub.environment['API_TOKEN']).toMatch(/^\$\{API_TOKEN:\?/);
    expect(hub.environment['DATABASE_URL']).toMatch(
      /^postgresql:\/\/hub:\$\{POSTGRES_PASSWORD:\?[^}]*\}@database:/,
    );
    expectSettings(environment);
    expect(compose.secrets['clusters.json']).toEqual({ file: './clusters.json' });
    expect(environment['CLUSTERS_FILE']).toBe('/run/secrets/clusters.json');
  });

  it('lets the hub write nowhere, and start when PostgreSQL is ready', () => {
    expect(hub).toMatchObject({
      read_only: true,
      cap_drop: ['ALL'],
      security_opt: ['no-new-privileges:true'],
      depends_on: { database: { condition: 'service_healthy' } },
      build: { context: '../..', dockerfile: 'examples/deploy/Dockerfile' },
    });
    expect(database.healthcheck).toBeDefined();
    expect(database.volumes.map((volume) => volume.split(':')[0])).toEqual(Object.keys(compose.volumes));
  });
});

describe('Dockerfile', () => {
  const lines = read('Dockerfile')
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n');
  const instructions = lines.filter((line) => /^[A-Z]+ /.test(line));
  const find = (word: string) =>
    instructions.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));

  it('has stages of which each takes from those before it', () => {
    const stages = find('FROM').map((words) => words.split(' AS ')[1]);
    expect(stages).toEqual(['build', 'install', undefined]);
    const taken = find('COPY').flatMap((words) => /--from=(\w+)/.exec(words)?.[1] ?? []);
    expect(taken).toEqual(['build', 'install']);
    expect(instructions.findIndex((line) => line.startsWith('USER'))).toBeGreaterThan(
      instructions.lastIndexOf(
        find('FROM')
          .map((words) => `FROM ${words}`)
          .at(-1) ?? '',
      ),
    );
  });

  it('runs a command of the package that is there, not as root, with settings that it has', () => {
    expect(find('USER')).toEqual(['node']);
    const [entry] = z.array(z.string()).parse(JSON.parse(find('ENTRYPOINT')[0] ?? ''));
    expect(Object.keys(manifest.bin)).toContain(entry);
    const [command] = z.array(z.string()).parse(JSON.parse(find('CMD')[0] ?? ''));
    expect(commands).toContain(command);
    const pairs = (find('ENV')[0] ?? '').split(' ').map((pair) => pair.split('='));
    const { NODE_ENV: _node, PATH: _path, ...settings } = Object.fromEntries(pairs);
    expectSettings({ ...z.record(z.string(), z.string()).parse(settings), API_TOKEN: strong });
    expect(find('VOLUME')).toEqual(['/data']);
  });

  it('asks /livez whether it is healthy: yes on 200, no on 503, no without a server', async () => {
    const words = z
      .array(z.string())
      .parse(JSON.parse(/CMD (\[.*\])/.exec(find('HEALTHCHECK')[0] ?? '')?.[1] ?? ''));
    const paths: (string | undefined)[] = [];
    let status = 200;
    const server = createServer(({ url }, response) => {
      paths.push(url);
      response.writeHead(status).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = z.object({ port: z.int() }).parse(server.address());
    const program = (words[2] ?? '').replace(':8080', `:${port}`);
    const ask = async () => {
      const [code] = await once(spawn(process.execPath, ['-e', program]), 'exit');
      return z.int().parse(code);
    };
    expect(await ask()).toBe(0);
    status = 503;
    expect(await ask()).toBe(1);
    expect(paths).toEqual(['/livez', '/livez']);
    server.close();
    await once(server, 'close');
    expect(await ask()).toBe(1);
  });
});

describe('template-hub.service', () => {
  const text = read('template-hub.service');
  const all = (key: string) =>
    [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value ?? '');

  it('gives settings and credentials that the program has', () => {
    const pairs = all('Environment').flatMap((line) => line.split(' ').map((pair) => pair.split('=')));
    expectSettings(z.record(z.string(), z.string()).parse(Object.fromEntries(pairs)));
    expect(Object.fromEntries(pairs)).toMatchObject({
      CLUSTERS_FILE: '%d/clusters.json',
      DATABASE_URL: 'file:%S/template-hub/template-hub.db',
    });
    const credentials = all('LoadCredential').map((line) => line.split(':')[0] ?? '');
    expect(credentials).toEqual(['api_token', 'clusters.json']);
    writeFileSync(join(folder, 'api_token'), `${strong}\n`, { mode: 0o600 });
    const environment = { CREDENTIALS_DIRECTORY: folder };
    expect(withSecrets({ environment, folder, faults: [], openFiles: [] })['API_TOKEN']).toBe(strong);
    const [program, command = ''] = all('ExecStart')[0]?.split(' ') ?? [];
    expect(program).toBe(`/opt/template-hub/bin/${Object.keys(manifest.bin)[1]}`);
    expect(commands).toContain(command);
  });

  it('lets it write to its own folder only, as nobody else', () => {
    for (const line of [
      'DynamicUser=yes',
      'ProtectSystem=strict',
      'StateDirectory=template-hub',
      'ProtectHome=yes',
    ])
      expect(text.split('\n')).toContain(line);
    // Node compiles at run time.
    expect(text).not.toContain('MemoryDenyWriteExecute');
  });

  it('has no line that systemd does not know, where there is systemd', () => {
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(
      lines.filter((line) => !/^(?:\[(?:Unit|Service|Install)\]|[A-Z][A-Za-z]+=.*)$/.test(line)),
    ).toEqual([]);
    const unit = join(folder, 'template-hub.service');
    writeFileSync(unit, text.replace(/^ExecStart=\S+/m, 'ExecStart=/bin/true'));
    const { error, status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', unit], {
      encoding: 'utf8',
    });
    if (error && 'code' in error && error.code === 'ENOENT') return;
    expect({ status, told: `${stdout}${stderr}` }).toEqual({ status: 0, told: '' });
  });
});

describe('proxies', () => {
  const { port } = loadConfig({ environment: { CLUSTERS_FILE: clustersFile }, folder });

  it.each([
    ['Caddyfile', `reverse_proxy 127.0.0.1:${port}`, 'flush_interval -1'],
    ['nginx.conf', `proxy_pass http://127.0.0.1:${port};`, 'proxy_buffering off;'],
  ])('%s sends everything on at once, and says how the server is told of it', (name, target, unbuffered) => {
    const text = read(name);
    const lines = text.split('\n').map((line) => line.trim());
    expect(lines.some((line) => line.startsWith(target))).toBe(true);
    expect(lines).toContain(unbuffered);
    expect(text.match(/\{/g)).toHaveLength(text.match(/\}/g)?.length ?? 0);
    const [, proxy = ''] = /TRUST_PROXY=(\S+)/.exec(text) ?? [];
    expectSettings({ TRUST_PROXY: proxy });
  });
});
