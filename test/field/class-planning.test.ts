/** What a class's plan knows before anything is copied: bridges and files that nodes lack, and guests without a disk. */
import { afterEach, describe, expect, it } from 'vitest';
import type { WorldCluster } from '../../src/simulator/world.ts';
import { openField, type Field } from './support/open-field.ts';

let field: Field;
afterEach(() => field.close());

async function openClass(vmid: number, ...words: string[]): Promise<void> {
  await field.hub('scan');
  const from = ['--cluster', 'lab', '--source', String(vmid), '--students', '2'];
  expect(await field.hub('class', 'create', 'Rust', ...from, ...words)).toMatchObject({ stderr: '' });
}

function students() {
  const found = field.books().guests.filter(({ name }) => /^Rust-\d$/.test(name ?? ''));
  return found.map(({ node, running }) => ({ node, running }));
}

const withoutDisk = (cluster: WorldCluster): WorldCluster => ({
  ...cluster,
  guests: cluster.guests.map((guest) => ({ ...guest, disks: [] })),
});

describe('j: nodes that lack what the configuration names', { timeout: 90_000 }, () => {
  it.each([
    [9000, /^ {2}warning: Node pve2 has no bridge or network vmbr1 \(net0\): /m],
    [9001, /^ {2}warning: Node pve2 has no local:snippets\/user\.yaml \(cicustom\): /m],
  ])('%i: a class that starts its machines avoids such a node, and says so', async (vmid, warning) => {
    field = await openField('j');
    await openClass(vmid, '--start');
    const { stdout } = await field.hub('class', 'deploy', '1', '--dry-run');
    expect(stdout).toMatch(warning);
    expect(stdout).toMatch(/: no machine is placed there\.$/m);
    expect(await field.hub('class', 'deploy', '1')).toMatchObject({ code: 0, stderr: '' });
    expect(students()).toEqual([
      { node: 'pve1', running: true },
      { node: 'pve1', running: true },
    ]);
  });

  it('a class that starts its machines is refused where all its nodes lack it, and nothing is made', async () => {
    field = await openField('j');
    await openClass(9000, '--start', '--node', 'pve2');
    const { code, stderr } = await field.hub('class', 'deploy', '1');
    expect(code).toBe(1);
    expect(stderr).toMatch(/cannot use node pve2: machines could not be started: Node pve2 has no bridge/);
    expect(field.books().counts.clones).toBe(0);
  });

  it('a class that does not is warned, and made', async () => {
    field = await openField('j');
    await openClass(9000);
    const { stdout } = await field.hub('class', 'deploy', '1', '--dry-run');
    expect(stdout).toMatch(
      /^ {2}warning: Node pve2 has no bridge or network vmbr1 \(net0\): machines there do not start before it has\.$/m,
    );
    expect((await field.hub('class', 'deploy', '1')).code).toBe(0);
    expect(new Set(students().map(({ node }) => node))).toEqual(new Set(['pve1', 'pve2']));
  });

  it('nothing is said of an original that has what it needs everywhere', async () => {
    field = await openField('j');
    await openClass(9002, '--start');
    expect((await field.hub('class', 'deploy', '1', '--dry-run')).stdout).not.toContain('warning');
    expect((await field.hub('class', 'deploy', '1')).code).toBe(0);
    expect(students().every(({ running }) => running)).toBe(true);
  });
});

describe('an original whose copies Proxmox would refuse', { timeout: 90_000 }, () => {
  const usb = (cluster: WorldCluster): WorldCluster => ({
    ...cluster,
    guests: cluster.guests.map((guest) => ({
      ...guest,
      config: { ...guest.config, usb0: 'host=1234:5678' },
    })),
  });

  it.each([
    ['fg: a mapped device without Mapping.Use', 'fg', undefined, /lacks Mapping\.Use on \/mapping\/pci\/gpu/],
    ['f2: a device of the host', 'prot', usb, /usb0 of template 9000 is a device of node pve1 itself/],
    ['h: an image of a storage that is gone', 'h', undefined, /CD drive \w+ of template 9000 holds/],
  ] as const)('%s: is told by the plan, and nothing is copied', async (_what, world, change, reason) => {
    field = await openField(world, { change });
    await openClass(9000);
    for (const more of [['--dry-run'], []]) {
      const { code, stderr } = await field.hub('class', 'deploy', '1', ...more);
      expect(stderr).toMatch(reason);
      expect(code).toBe(1);
    }
    expect(field.books().tasks).toEqual([]);
    expect(await field.ask('class', 'show', '1')).toMatchObject({ state: 'DRAFT' });
  });

  it('f2: what cannot be moved is copied where it is, and another node is refused', async () => {
    field = await openField('prot', {
      change: (cluster) => ({
        ...cluster,
        guests: cluster.guests.map((guest) => ({
          ...guest,
          config: { ...guest.config, serial0: '/dev/ttyS0' },
        })),
      }),
    });
    await openClass(9000);
    expect((await field.hub('class', 'deploy', '1')).code).toBe(0);
    expect(students()).toMatchObject([{ node: 'pve1' }, { node: 'pve1' }]);
    const far = ['--cluster', 'lab', '--source', '9000', '--students', '1', '--node', 'pve2'];
    await field.hub('class', 'create', 'Far', ...far);
    const { code, stderr } = await field.hub('class', 'deploy', '2');
    expect(stderr).toMatch(/cannot use node pve2: serial0 of template 9000 is a device of node pve1 itself/);
    expect(code).toBe(1);
  });
});

describe('an original without a disk', { timeout: 60_000 }, () => {
  it('is told by the plan, and its machines are made', async () => {
    field = await openField('prot', { change: withoutDisk });
    await openClass(9000);
    const { stdout } = await field.hub('class', 'deploy', '1', '--dry-run');
    expect(stdout).toMatch(
      /^ {2}warning: debian-12 \(9000\) has no disk, and neither will the machines of the class\.$/m,
    );
    expect(await field.hub('class', 'deploy', '1')).toMatchObject({ code: 0, stderr: '' });
    expect(students()).toHaveLength(2);
  });
});
