import { describe, expect, test } from 'vitest';
import { Lab, makeCluster } from './support.ts';

const gibi = 1024 ** 3;
type Type = 'dir' | 'nfs' | 'lvmthin' | 'lvm' | 'zfspool' | 'rbd' | 'btrfs';

/** A lab with one storage of the type, a second one to migrate to, and a stopped VM with a disk on the first. */
function makeLab(type: Type, second: Type = type, version = '8.4.21'): Lab {
  return new Lab(
    makeCluster({
      version,
      storages: [
        { id: 'first', type, content: ['images', 'rootdir'] },
        { id: 'second', type: second, content: ['images', 'rootdir'] },
      ],
      guests: [
        {
          vmid: 100,
          node: 'pve1',
          name: 'vm',
          disks: [{ key: 'scsi0', storage: 'first', size: gibi, data: gibi }],
        },
      ],
    }),
  );
}

const clone = (newid: string, more: Record<string, string> = {}) => ({ body: { newid, ...more } });

describe.each([
  ['dir', 'first:100/base-100-disk-0.qcow2', 'first:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2'],
  ['nfs', 'first:100/base-100-disk-0.qcow2', 'first:100/base-100-disk-0.qcow2/101/vm-101-disk-0.qcow2'],
  ['lvmthin', 'first:base-100-disk-0', 'first:vm-101-disk-0'],
  ['zfspool', 'first:base-100-disk-0', 'first:base-100-disk-0/vm-101-disk-0'],
  ['rbd', 'first:base-100-disk-0', 'first:base-100-disk-0/vm-101-disk-0'],
  ['btrfs', 'first:100/base-100-disk-0.raw', 'first:101/vm-101-disk-0.raw'],
] as const)('%s', (type, base, linked) => {
  test('templates and linked clones are named after the type', async () => {
    const lab = makeLab(type);
    expect((await lab.run('POST', '/nodes/pve1/qemu/100/template')).exit).toBe('OK');
    expect(lab.guest(100)?.config['scsi0']).toBe(`${base},size=1G`);
    expect((await lab.run('POST', '/nodes/pve1/qemu/100/clone', clone('101'))).exit).toBe('OK');
    expect(lab.guest(101)?.config['scsi0']).toBe(`${linked},size=1G`);
    expect((await lab.call('GET', '/nodes/pve1/qemu/100/feature?feature=clone')).data).toMatchObject({
      hasFeature: 1,
    });
  });

  test('a template with linked clones can be removed only where nobody can tell', async () => {
    const lab = makeLab(type);
    await lab.run('POST', '/nodes/pve1/qemu/100/template');
    await lab.run('POST', '/nodes/pve1/qemu/100/clone', clone('101'));
    const { exit } = await lab.run('DELETE', '/nodes/pve1/qemu/100');
    const isBlind = type === 'lvmthin' || type === 'btrfs';
    expect(exit).toBe(isBlind ? 'OK' : `base volume '${base}' is still in use by linked cloned`);
  });
});

describe('thick LVM', () => {
  test('a template keeps plain volumes, and only full clones are possible', async () => {
    const lab = makeLab('lvm');
    expect((await lab.run('POST', '/nodes/pve1/qemu/100/template')).exit).toBe('OK');
    expect(lab.guest(100)).toMatchObject({
      template: true,
      config: { scsi0: 'first:vm-100-disk-0,size=1G' },
    });
    const linked = await lab.call('POST', '/nodes/pve1/qemu/100/clone', clone('101'));
    expect(linked.reason).toBe("Linked clone feature is not supported for 'first:vm-100-disk-0' (scsi0)");
    expect((await lab.run('POST', '/nodes/pve1/qemu/100/clone', clone('101', { full: '1' }))).exit).toBe(
      'OK',
    );
  });

  test('space is taken at creation', async () => {
    const storages = [{ id: 'first', type: 'lvm' as const, total: 3 * gibi }];
    const guests = [{ vmid: 100, node: 'pve1', disks: [{ key: 'scsi0', storage: 'first', size: 2 * gibi }] }];
    const lab = new Lab(makeCluster({ storages, guests }));
    const { exit } = await lab.run('POST', '/nodes/pve1/qemu/100/clone', clone('101'));
    expect(exit).toBe('clone failed: not enough free space (1.00g < 2.00g)');
  });
});

describe('offline migration to another type', () => {
  test.each([
    ['dir', 'lvmthin', false],
    ['dir', 'btrfs', true],
    ['lvmthin', 'dir', true],
    ['lvmthin', 'lvm', true],
    ['lvmthin', 'zfspool', false],
    ['zfspool', 'zfspool', true],
    ['zfspool', 'dir', false],
    ['lvm', 'rbd', true],
  ] as const)('%s to %s: %s', async (from, to, isPossible) => {
    const lab = makeLab(from, to);
    const body = { target: 'pve2', targetstorage: 'second' };
    const { exit, log } = await lab.run('POST', '/nodes/pve1/qemu/100/migrate', { body });
    expect(exit).toBe(isPossible ? 'OK' : 'migration aborted');
    expect(log.some((line) => line.includes(`cannot migrate from storage type '${from}' to '${to}'`))).toBe(
      !isPossible,
    );
    expect(lab.guest(100)).toMatchObject({ node: isPossible ? 'pve2' : 'pve1', lock: undefined });
  });
});

describe('definitions', () => {
  test('node restrictions, disabled storages and missing content types', async () => {
    const lab = new Lab(
      makeCluster({
        storages: [
          { id: 'local', type: 'dir', content: ['images'] },
          { id: 'tank', type: 'nfs', nodes: ['pve1'], content: ['images'] },
          { id: 'isos', type: 'nfs', content: ['iso'] },
          { id: 'gone', type: 'nfs', disabled: true },
        ],
      }),
    );
    const attempt = async (more: Record<string, string>) =>
      lab.call('POST', '/nodes/pve1/qemu/9001/clone', clone('101', { full: '1', ...more }));
    expect((await attempt({ storage: 'tank', target: 'pve2' })).reason).toBe(
      "storage 'tank' is not available on node 'pve2'",
    );
    expect((await attempt({ storage: 'gone' })).reason).toBe("storage 'gone' is disabled");
    expect((await attempt({ storage: 'isos' })).errors).toEqual({
      storage: "storage 'isos' does not support vm images",
    });
    expect((await attempt({ storage: 'local', target: 'pve2' })).reason).toBe(
      "can't clone to non-shared storage 'local'",
    );
    const move = await lab.call('POST', '/nodes/pve1/qemu/9001/migrate', { body: { target: 'pve2' } });
    expect(move.reason).toBe("storage 'tank' is not available on node 'pve2'");
  });

  test('lists and contents', async () => {
    const lab = new Lab();
    const { data } = await lab.call('GET', '/nodes/pve1/storage?content=images&target=pve2');
    expect(data).toEqual([expect.objectContaining({ storage: 'tank', shared: 1, active: 1 })]);
    const content = await lab.call('GET', '/nodes/pve1/storage/local/content?vmid=9000');
    expect(content.data).toEqual([
      expect.objectContaining({
        volid: 'local:9000/base-9000-disk-0.qcow2',
        vmid: 9000,
        size: 4 * gibi,
        parent: null,
      }),
    ]);
  });

  test('a format that the target cannot hold falls back, and the copied data takes space', async () => {
    const lab = makeLab('dir', 'lvmthin');
    const before = await lab.call('GET', '/nodes/pve1/storage/second/status');
    expect(before.data).toMatchObject({ used: 0 });
    const { log } = await lab.run(
      'POST',
      '/nodes/pve1/qemu/100/clone',
      clone('101', { full: '1', storage: 'second', format: 'qcow2' }),
    );
    expect(log.join('\n')).not.toContain('not supported');
    expect((await lab.call('GET', '/nodes/pve1/storage/second/status')).data).toMatchObject({ used: gibi });
  });
});

test('a format that is not kept is told from 9.2 on', async () => {
  const lab = makeLab('dir', 'lvmthin', '9.2.11');
  const wanted = clone('101', { full: '1', storage: 'second', format: 'qcow2' });
  const { log } = await lab.run('POST', '/nodes/pve1/qemu/100/clone', wanted);
  expect(log).toContain(
    "format 'qcow2' is not supported by the target storage 'second' - using 'raw' instead",
  );
});

describe('the status of a storage', () => {
  const lab = new Lab(
    makeCluster({
      storages: [
        { id: 'off', type: 'dir', content: ['images'], disabled: true },
        { id: 'elsewhere', type: 'dir', content: ['images'], nodes: ['pve2'] },
      ],
      guests: [],
    }),
  );
  const status = (id: string) => lab.call('GET', `/nodes/pve1/storage/${id}/status`);

  test('is told of one that is switched off or for other nodes', async () => {
    for (const id of ['off', 'elsewhere']) {
      expect((await status(id)).data).toEqual({
        type: 'dir',
        content: 'images',
        shared: 0,
        enabled: 0,
        active: 0,
        total: 0,
        used: 0,
        avail: 0,
      });
    }
  });

  test('is told in the list too, unless only those that are switched on or hold something are asked for', async () => {
    const list = async (query: string) => {
      const { data } = await lab.call('GET', `/nodes/pve1/storage${query}`);
      return Array.isArray(data) ? data.map((row) => [row.storage, row.enabled]) : data;
    };
    expect(await list('')).toEqual([
      ['off', 0],
      ['elsewhere', 0],
    ]);
    expect(await list('?enabled=1')).toEqual([['elsewhere', 0]]);
    expect(await list('?content=images')).toEqual([]);
    expect((await lab.call('GET', '/nodes/pve1/storage?storage=nosuch')).errors).toEqual({
      storage: 'No such storage.',
    });
  });

  test('of one that is not there is a fault of the parameter', async () => {
    const { status: code, errors } = await status('nosuch');
    expect([code, errors]).toEqual([400, { storage: 'No such storage.' }]);
  });
});
