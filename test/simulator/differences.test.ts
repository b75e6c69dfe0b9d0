import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Lab, makeCluster, type Reply } from './support.ts';

/**
 * 27 requests that a real 8.4.21 and an earlier simulator answered differently, of a run of 99. The requests between
 * them, which were answered alike, are `BEFORE` as far as they changed anything.
 */
const RECORDED = readFileSync(join(import.meta.dirname, '../data/differences.jsonl'), 'utf8');

const realSchema = z.object({
  status: z.int(),
  reason: z.string(),
  message: z.string().optional(),
  errors: z.record(z.string(), z.string()).optional(),
  data: z.json().optional(),
  upid: z.string().optional(),
  /** How the task ended, and its log with what changes from run to run masked. */
  exit: z.string().optional(),
  log: z.array(z.string()).optional(),
});

const rowSchema = z.object({
  note: z.string(),
  who: z.enum(['root', 'hub']),
  request: z.object({
    method: z.string(),
    path: z.string(),
    body: z.array(z.tuple([z.string(), z.string()])),
  }),
  real: realSchema,
});

type Row = z.infer<typeof rowSchema>;
type Request = Row['request'];

const rows = RECORDED.trim()
  .split('\n')
  .map((line) => rowSchema.parse(JSON.parse(line)));

/** What is not simulated yet: bringing guests to another cluster. */
const NOT_SIMULATED: ReadonlySet<string> = new Set([
  'remote_migrate missing params',
  'remote_migrate',
  'mtunnel',
]);

const usual = { memory: '64', cores: '1', kvm: '0', ostype: 'l26', scsihw: 'virtio-scsi-single' };
const made = (vmid: string, name: string, options: Record<string, string>): Request => ({
  method: 'POST',
  path: '/nodes/pve1/qemu',
  body: Object.entries({ vmid, name, net0: 'virtio,bridge=vmbr0,firewall=1', ...usual, ...options }),
});
const disk = { scsi0: 'local:1,format=qcow2' };
const post = (path: string, body: Record<string, string> = {}): Request => ({
  method: 'POST',
  path,
  body: Object.entries(body),
});
const put = (path: string, body: Record<string, string>): Request => ({ ...post(path, body), method: 'PUT' });
const cloned = (source: number, newid: string): Request =>
  post(`/nodes/pve1/qemu/${source}/clone`, { newid, full: '1', name: `c-${source}`, description: 'd' });

/** What root did between the requests, before the one of this note. */
const BEFORE: Readonly<Record<string, readonly Request[]>> = {
  'config 7003': [
    made('7000', 'hook', { ...disk, hookscript: 'local:snippets/h.sh' }),
    made('7001', 'usb', { ...disk, usb0: 'host=1234:5678' }),
    made('7005', 'iso', { ...disk, ide2: 'local:iso/x.iso,media=cdrom' }),
    ...[7000, 7001, 7003, 7004, 7005].map((vmid) => post(`/nodes/pve1/qemu/${vmid}/template`)),
  ],
  'config of clone 7101': [cloned(7000, '7100'), cloned(7004, '7104'), cloned(7005, '7105')],
  'migrate iso clone pve2': [put('/nodes/pve1/qemu/7105/config', { ide2: 'none,media=cdrom' })],
  'migrate ci': [put('/nodes/pve1/qemu/7104/config', { tags: 'z;a' })],
  'linked config': [
    post('/nodes/pve2/qemu/7104/template'),
    post('/nodes/pve2/qemu/7104/clone', { newid: '7200', name: 'l' }),
  ],
  'config with second disk': [put('/nodes/pve1/qemu/7000/config', { scsi1: 'local:1' })],
};

const privileges = ['VM.Audit', 'VM.Clone', 'VM.Allocate', 'VM.Migrate', 'VM.Config.Options'].concat([
  'VM.Config.CDROM',
  'VM.Config.Disk',
  'Datastore.Audit',
  'Datastore.AllocateSpace',
  'SDN.Use',
  'Sys.Audit',
  'Pool.Audit',
]);

function makeLab(): Lab {
  const own = { shared: false, content: ['images', 'iso', 'snippets'] };
  const files = [
    { name: 'iso/x.iso', format: 'iso', content: 'iso', size: 400 * 1024 },
    { name: 'snippets/h.sh', format: 'snippet', content: 'snippets', size: 10 },
  ];
  return new Lab(
    makeCluster({
      name: 'realpve',
      qemu: '7.2.22',
      nodes: [
        { name: 'pve1', ip: '10.99.0.11' },
        { name: 'pve2', ip: '10.99.0.12' },
      ],
      storages: [
        { id: 'local', type: 'dir', path: '/var/lib/vz', ...own },
        { id: 'fast', type: 'dir', path: '/var/lib/fast', ...own },
        { id: 'shared', type: 'dir', path: '/mnt/pve/shared', ...own, shared: true },
      ],
      volumes: files.map((file) => ({ ...file, storage: 'local', node: 'pve1' })),
      guests: [],
      users: [{ id: 'root@pam', password: 'secret' }, { id: 'template-hub@pve' }],
      tokens: [
        { user: 'root@pam', id: 'full', secret: 'full-secret', privsep: false },
        { user: 'template-hub@pve', id: 'hub', secret: 'hub-secret', privsep: false },
      ],
      roles: [{ id: 'TemplateHub', privileges }],
      acl: [
        { path: '/', id: 'template-hub@pve', role: 'TemplateHub' },
        { path: '/vms/9000', id: 'root@pam', role: 'Administrator' },
        { path: '/vms/9006', id: 'root@pam', role: 'Administrator' },
      ],
      pools: [{ id: 'courses', guests: [7006] }],
    }),
  );
}

/** What the simulator did with one request, masked as the recording is. */
async function ask(lab: Lab, who: Row['who'], { method, path, body }: Request): Promise<Row['real']> {
  const headers: Record<string, string> =
    who === 'root'
      ? await lab.login('root@pam', 'secret')
      : { authorization: 'PVEAPIToken=template-hub@pve!hub=hub-secret' };
  const form = Object.fromEntries(body);
  const asQuery = method === 'DELETE' && body.length > 0 ? `?${new URLSearchParams(form)}` : '';
  const hasBody = body.length > 0 && asQuery === '';
  const reply = await lab.call(method, `${path}${asQuery}`, { headers, ...(hasBody ? { body: form } : {}) });
  return describeReply(lab, reply);
}

async function describeReply(lab: Lab, reply: Reply): Promise<Row['real']> {
  const { status, reason, message, data, errors } = reply;
  const refusal = Object.keys(errors).length > 0 ? { errors } : {};
  const upid = typeof data === 'string' && data.startsWith('UPID:') ? data : undefined;
  if (upid === undefined) return { status, reason, message, data: z.json().parse(data ?? null), ...refusal };
  const { exit, log } = await lab.finish(upid);
  return { status, reason, upid, exit, log };
}

const DATE = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/;

/** The lines of a log but those of dd, which two processes write at the same time. */
function readLines(log: readonly string[] = []): string[] {
  const lines = log
    .map((line) => line.replace(DATE, 'DATE').replace(/\(duration.*/, '(duration'))
    .map((line) => (line.startsWith('transferred') ? 'transferred' : line))
    .filter((line) => !/records (?:in|out)$|bytes \(.*copied/.test(line));
  return lines.filter((line, place) => line !== 'transferred' || lines[place - 1] !== line);
}

/** How many bytes went from node to node: the figures that both ends of a transfer tell. */
function readTotals(log: readonly string[] = []): string[] {
  const figures = log.flatMap((line) => /(\d+) bytes \(.*copied/.exec(line)?.[1] ?? []);
  return figures.filter((figure, place) => figures.indexOf(figure) !== place).toSorted();
}

const VARYING: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/g, 'UUID'],
  [/(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/g, 'MAC'],
  [/ctime=\d+/g, 'ctime=N'],
  [/"digest":"[0-9a-f]{40}"/g, '"digest":"DIGEST"'],
];

/** Data without what is new in each run; lists without an order. */
function readData(data: Row['real']['data']): unknown {
  const text = VARYING.reduce(
    (masked, [pattern, word]) => masked.replaceAll(pattern, word),
    JSON.stringify(data ?? null),
  );
  return JSON.parse(text, (_, value: unknown) =>
    Array.isArray(value)
      ? value.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1))
      : sortKeys(value),
  );
}

function sortKeys(value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([left], [right]) => (left < right ? -1 : 1)));
}

function comparable(answer: Row['real']): object {
  const { status, reason, message, errors, exit, log, upid } = answer;
  return {
    status,
    reason,
    message,
    errors,
    exit,
    lines: readLines(log),
    totals: readTotals(log),
    data: upid === undefined && status === 200 ? readData(answer.data) : undefined,
  };
}

describe('what the real 8.4.21 answered', () => {
  const answers = new Map<Row, Row['real']>();

  beforeAll(async () => {
    const lab = makeLab();
    for (const row of rows) {
      for (const request of BEFORE[row.note] ?? []) {
        const done = await ask(lab, 'root', request);
        expect([done.status, done.exit ?? 'OK'], request.path).toEqual([200, 'OK']);
      }
      answers.set(row, await ask(lab, row.who, row.request));
    }
  });

  test.for(rows.filter(({ note }) => !NOT_SIMULATED.has(note)).map((row) => [row.note, row] as const))(
    'is answered: %s',
    ([, row]) => {
      expect(comparable(answers.get(row) ?? row.real)).toEqual(comparable(row.real));
      expect(answers.get(row)).toBeDefined();
    },
  );

  test('but for what is not simulated', () => {
    const left = rows.filter(({ note }) => NOT_SIMULATED.has(note));
    expect(left.map((row) => answers.get(row)?.status)).toEqual([501, 501, 501]);
  });
});
