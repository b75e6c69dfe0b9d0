import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Lab, makeCluster } from './support.ts';

const clonePath = '/nodes/pve1/qemu/9000/clone';

describe('clone', () => {
  test('of a template is linked, takes over what belongs to it and gets its own identity', async () => {
    const lab = new Lab();
    const { exit } = await lab.run('POST', clonePath, { body: { newid: '101' } });
    expect(exit).toBe('OK');
    const config = lab.guest(101)?.config ?? {};
    expect(config).toMatchObject({
      name: 'Copy-of-VM-golden',
      description: 'golden image',
      tags: 'gold',
      scsi0: 'local:9000/base-9000-disk-0.qcow2/101/vm-101-disk-0.qcow2,size=4G',
    });
    expect(config['template']).toBeUndefined();
    expect(config['net0']).toMatch(/^virtio=BC:24:11:(?:[0-9A-F]{2}:){2}[0-9A-F]{2},bridge=vmbr0$/);
    expect(config['net0']).not.toBe(lab.guest(9000)?.config['net0']);
  });

  test('full: time from data and bandwidth; two at once take twice as long', async () => {
    const lab = new Lab();
    const body = (newid: string) => ({ body: { newid, full: '1' } });
    const start = lab.clock.now();
    await lab.run('POST', clonePath, body('101'));
    const alone = lab.clock.now() - start;
    expect(Math.round(alone / 1000)).toBe(10);
    const replies = await Promise.all([
      lab.call('POST', clonePath, body('102')),
      lab.call('POST', clonePath, body('103')),
    ]);
    const began = lab.clock.now();
    await Promise.all(replies.map((reply) => lab.finish(z.string().parse(reply.data))));
    expect(Math.round((lab.clock.now() - began) / 1000)).toBe(21);
  });

  test('while it runs: lock and stub in the configuration, live in resources, and the template cannot be changed', async () => {
    const lab = new Lab();
    const body = { newid: '101', full: '1', bwlimit: '10240' };
    const { data } = await lab.call('POST', clonePath, { body });
    expect(lab.guest(101)?.config).toEqual({ description: ' qmclone temporary file', lock: 'clone' });
    const rows = (await lab.call('GET', '/cluster/resources?type=vm')).data;
    expect(rows).toContainEqual({
      id: 'qemu/101',
      type: 'qemu',
      vmid: 101,
      node: 'pve1',
      lock: 'clone',
      status: 'unknown',
    });
    const change = await lab.call('PUT', '/nodes/pve1/qemu/9000/config', { body: { description: 'x' } });
    expect(change.reason).toBe("can't lock file '/var/lock/qemu-server/lock-9000.conf' - got timeout");
    expect((await lab.finish(z.string().parse(data))).exit).toBe('OK');
  });

  test('target needs shared storage throughout', async () => {
    const lab = new Lab();
    const refused = await lab.call('POST', clonePath, {
      body: { newid: '101', target: 'pve2', full: '1', storage: 'tank' },
    });
    expect(refused.reason).toBe("can't clone VM to node 'pve2' (VM uses local storage)");
    const shared = await lab.run('POST', '/nodes/pve1/qemu/9001/clone', {
      body: { newid: '101', target: 'pve2' },
    });
    expect([shared.exit, lab.guest(101)?.node]).toEqual(['OK', 'pve2']);
  });

  test('three at once to one id: one wins, the others fail in their tasks', async () => {
    const lab = new Lab();
    const replies = await Promise.all(
      [1, 2, 3].map(() => lab.call('POST', clonePath, { body: { newid: '101' } })),
    );
    expect(replies.map((reply) => reply.status)).toEqual([200, 200, 200]);
    const ends = await Promise.all(replies.map((reply) => lab.finish(z.string().parse(reply.data))));
    expect(ends.map((end) => end.exit).toSorted()).toEqual([
      'OK',
      'unable to create VM 101: config file already exists',
      'unable to create VM 101: config file already exists',
    ]);
  });

  test('stopped by DELETE of its task it cleans up', async () => {
    const lab = new Lab();
    const { data } = await lab.call('POST', clonePath, { body: { newid: '101', full: '1' } });
    const upid = z.string().parse(data);
    await lab.control({ do: 'pause', ms: 2000 });
    expect((await lab.call('DELETE', `/nodes/pve1/tasks/${upid}`)).data).toBeNull();
    expect((await lab.finish(upid)).exit).toMatch(/^clone failed: copy failed: .*interrupted by signal$/);
    expect(lab.guest(101)).toBeUndefined();
    expect(lab.volumes().join()).not.toContain('vm-101');
  });
});

describe('template, migrate, destroy', () => {
  test('a copy that is cloned, migrated and converted carries its description all the way', async () => {
    const lab = new Lab();
    await lab.run('POST', clonePath, { body: { newid: '101', full: '1', description: 'marker 101' } });
    const moved = await lab.run('POST', '/nodes/pve1/qemu/101/migrate', { body: { target: 'pve2' } });
    expect(moved.exit).toBe('OK');
    expect(lab.volumes()).toContain('pve2 local:101/vm-101-disk-0.qcow2');
    expect(lab.volumes()).not.toContain('pve1 local:101/vm-101-disk-0.qcow2');
    expect((await lab.run('POST', '/nodes/pve2/qemu/101/template')).exit).toBe('OK');
    expect(lab.guest(101)).toMatchObject({
      node: 'pve2',
      template: true,
      config: { description: 'marker 101' },
    });
    expect(lab.volumes()).toContain('pve2 local:101/base-101-disk-0.qcow2');
    expect(lab.simulator.state().clusters[0]?.counts).toMatchObject({
      clones: 1,
      migrations: 1,
      conversions: 1,
    });
  });

  test('linked clones keep a local template from moving and from being removed', async () => {
    const lab = new Lab();
    await lab.run('POST', clonePath, { body: { newid: '101' } });
    const moved = await lab.run('POST', '/nodes/pve1/qemu/9000/migrate', { body: { target: 'pve2' } });
    expect(moved.exit).toBe('migration aborted');
    expect(moved.log.join('\n')).toContain(
      "can't migrate local disk 'local:9000/base-9000-disk-0.qcow2': referenced by linked clone(s)",
    );
    const clone = await lab.run('POST', '/nodes/pve1/qemu/101/migrate', { body: { target: 'pve2' } });
    expect(clone.log.join('\n')).toContain("as it's a clone of 'base-9000-disk-0.qcow2'");
    expect((await lab.run('DELETE', '/nodes/pve1/qemu/9000')).exit).toBe(
      "base volume 'local:9000/base-9000-disk-0.qcow2' is still in use by linked cloned",
    );
    expect((await lab.run('DELETE', '/nodes/pve1/qemu/101')).exit).toBe('OK');
    expect((await lab.run('DELETE', '/nodes/pve1/qemu/9000')).exit).toBe('OK');
    expect(lab.volumes()).not.toContain('pve1 local:9000/base-9000-disk-0.qcow2');
  });

  test('a guest disappears with its rights and its place in a pool', async () => {
    const pools = [{ id: 'p1', guests: [100] }];
    const acl = [{ path: '/vms/100', id: 'low@pve', role: 'PVEVMUser' }];
    const lab = new Lab(makeCluster({ pools, acl }));
    expect((await lab.run('DELETE', '/nodes/pve1/qemu/100?purge=1')).log[0]).toBe(
      'purging VM 100 from related configurations..',
    );
    expect((await lab.call('GET', '/access/acl')).data).toEqual([]);
    expect((await lab.call('GET', '/pools/p1')).data).toMatchObject({ members: [] });
  });

  test("a lock stops a destruction but for root's own login", async () => {
    const lab = new Lab();
    await lab.control({ do: 'set-guest', vmid: 100, config: { lock: 'create' } });
    expect((await lab.run('DELETE', '/nodes/pve1/qemu/100')).exit).toBe('VM is locked (create)');
    const path = '/nodes/pve1/qemu/100?skiplock=1';
    expect((await lab.call('DELETE', path)).errors).toEqual({ skiplock: 'Only root may use this option.' });
    const headers = await lab.login('root@pam', 'secret');
    expect((await lab.run('DELETE', path, { headers })).exit).toBe('OK');
  });

  test('protection, running guests and an ISO on local storage are refused', async () => {
    const lab = new Lab();
    await lab.call('PUT', '/nodes/pve1/qemu/100/config', { body: { protection: '1' } });
    expect((await lab.call('DELETE', '/nodes/pve1/qemu/100')).reason).toBe(
      "can't remove VM 100 - protection mode enabled",
    );
    await lab.call('PUT', '/nodes/pve1/qemu/100/config', { body: { delete: 'protection' } });
    await lab.control({ do: 'set-guest', vmid: 100, config: { ide2: 'local:iso/debian.iso,media=cdrom' } });
    const moved = await lab.run('POST', '/nodes/pve1/qemu/100/migrate', { body: { target: 'pve2' } });
    expect(moved.log.join('\n')).toContain('local cdrom image');
    await lab.control({ do: 'set-guest', vmid: 100, config: { ide2: null } });
    await lab.run('POST', '/nodes/pve1/qemu/100/status/start');
    expect((await lab.call('POST', '/nodes/pve1/qemu/100/template')).reason).toBe(
      "you can't convert a VM to template if VM is running",
    );
    expect((await lab.call('DELETE', '/nodes/pve1/qemu/100')).reason).toBe(
      'VM 100 is running - destroy failed',
    );
  });
});

describe('what keeps a VM from moving', () => {
  const move = (lab: Lab, body: Record<string, string> = {}) =>
    lab.run('POST', '/nodes/pve1/qemu/100/migrate', { body: { target: 'pve2', ...body } });
  const told = (log: readonly string[]) => log.map((line) => line.slice('2026-01-01 00:00:00 '.length));

  test('is told volume by volume, after all that is local', async () => {
    const lab = new Lab();
    const config = {
      ide0: 'cdrom,media=cdrom',
      ide2: 'local:iso/debian.iso,media=cdrom',
      scsi1: '/dev/sdb',
      unused0: 'local:100/vm-100-disk-7.raw',
      scsi2: 'local:9000/base-9000-disk-0.qcow2',
    };
    await lab.control({ do: 'set-guest', vmid: 100, config });
    const { exit, log } = await move(lab);
    expect(exit).toBe('migration aborted');
    expect(told(log).slice(1, -3)).toEqual([
      "found local disk '/dev/sdb'",
      "found local disk 'local:100/vm-100-disk-0.qcow2' (attached)",
      "found local disk 'local:100/vm-100-disk-7.raw' (unused)",
      "found local disk 'local:9000/base-9000-disk-0.qcow2' (attached)",
      "found local disk 'local:iso/debian.iso' (attached)",
      "can't migrate local disk '/dev/sdb': local file/device",
      "can't migrate local disk 'local:9000/base-9000-disk-0.qcow2': owned by other VM (owner = VM 9000)",
      "can't migrate local disk 'local:iso/debian.iso': local cdrom image",
      "can't migrate local cdrom drive",
      "ERROR: Problem found while scanning volumes - can't migrate VM - check log",
    ]);
  });

  test('are local disks while it runs, unless they may be copied too', async () => {
    const lab = new Lab();
    await lab.run('POST', '/nodes/pve1/qemu/100/status/start');
    const { log } = await move(lab, { online: '1' });
    expect(told(log)).toContain(
      "can't migrate local disk 'local:100/vm-100-disk-0.qcow2': can't live migrate attached local disks without with-local-disks option",
    );
    expect((await move(lab, { online: '1', 'with-local-disks': '1' })).exit).toBe('OK');
  });
});

describe('the boot order', () => {
  const put = (lab: Lab, body: Record<string, string>) =>
    lab.call('PUT', '/nodes/pve1/qemu/100/config', { body });
  const read = (lab: Lab) => lab.guest(100)?.config['boot'];

  test('gets new CD drives at its end, and loses what is deleted', async () => {
    const lab = new Lab();
    await put(lab, { ide2: 'none,media=cdrom', net0: 'virtio,bridge=vmbr0', ide0: 'local:cloudinit' });
    expect(read(lab)).toBe('order=scsi0;ide2');
    await put(lab, { ide2: 'none,media=cdrom', delete: 'scsi0' });
    expect(read(lab)).toBe('order=ide2');
    await put(lab, { delete: 'ide2' });
    expect(read(lab)).toBe(' ');
  });

  test('names what is there', async () => {
    const lab = new Lab();
    expect((await put(lab, { boot: 'order=scsi0;net0' })).reason).toBe(
      "invalid bootorder: device 'net0' does not exist'",
    );
    await put(lab, { boot: 'order=net0;scsi0', net0: 'virtio,bridge=vmbr0' });
    expect(read(lab)).toBe('order=net0;scsi0');
  });
});

describe('config', () => {
  test('digest, tags and unknown storages', async () => {
    const lab = new Lab();
    const read = async () =>
      z
        .looseObject({ digest: z.string() })
        .parse((await lab.call('GET', '/nodes/pve1/qemu/100/config')).data);
    const { digest } = await read();
    const put = (body: Record<string, string>) => lab.call('PUT', '/nodes/pve1/qemu/100/config', { body });
    expect((await put({ tags: 'b;A a,c', digest })).status).toBe(200);
    expect(await read()).toMatchObject({ tags: 'a;b;c' });
    expect((await put({ tags: 'x', digest })).reason).toBe('checksum mismatch (file change by other user?)');
    expect((await put({ scsi1: 'nowhere:1' })).reason).toBe("storage 'nowhere' does not exist");
    expect((await put({ scsi1: 'tank:2,format=raw' })).status).toBe(200);
    expect(await read()).toMatchObject({ scsi1: 'tank:100/vm-100-disk-0.raw,size=2G' });
  });

  test('an update by task holds the lock until it is done', async () => {
    const lab = new Lab();
    const { exit, log } = await lab.run('POST', '/nodes/pve1/qemu/100/config', {
      body: { cores: '2', name: 'renamed' },
    });
    expect([exit, log]).toEqual(['OK', ['update VM 100: -cores 2 -name renamed', 'TASK OK']]);
  });
});

describe('a change of the configuration by task', () => {
  const post = (lab: Lab, body: Record<string, string>) =>
    lab.call('POST', '/nodes/pve1/qemu/100/config', { body });

  test.each(['8.4.21', '9.2.11'])('%s refuses what is locked, or out of date, at once', async (version) => {
    const lab = new Lab(makeCluster({ version }));
    expect((await post(lab, { cores: '2', digest: '0'.repeat(40) })).reason).toBe(
      'checksum mismatch (file change by other user?)',
    );
    await lab.fault({ kind: 'guest-locked', vmid: 100 });
    expect((await post(lab, { cores: '2' })).reason).toBe('VM is locked (backup)');
  });

  test('refuses to delete what is no option, or is set too', async () => {
    const lab = new Lab();
    expect((await post(lab, { delete: 'nosuch' })).errors).toEqual({ delete: "unknown option 'nosuch'" });
    expect((await post(lab, { delete: 'cores', cores: '2' })).errors).toEqual({
      delete: "you can't use '-cores' and -delete cores' at the same time",
    });
    expect((await post(lab, { sshkeys: 'nonsense' })).reason).toBe('SSH public key validation error');
  });

  test('may be waited for', async () => {
    const lab = new Lab();
    expect((await post(lab, { cores: '2', background_delay: '5' })).data).toBeNull();
    expect((await post(lab, { scsi1: 'local:nosuch', background_delay: '5' })).reason).toBe(
      "failed to update VM 100: volume 'local:nosuch' does not exist",
    );
  });

  test('tells what it does without passwords, and what is not there to delete', async () => {
    const lab = new Lab();
    const body = { name: 'x', cipassword: 'secret', delete: 'onboot', ide2: 'local:cloudinit' };
    const { log } = await lab.run('POST', '/nodes/pve1/qemu/100/config', { body });
    expect(log).toEqual([
      'update VM 100: -cipassword <hidden> -delete onboot -ide2 local:cloudinit -name x',
      "cannot delete 'onboot' - not set in current configuration!",
      expect.stringMatching(/^Formatting /),
      "ide2: successfully created disk 'local:100/vm-100-cloudinit.qcow2,media=cdrom'",
      'generating cloud-init ISO',
      'TASK OK',
    ]);
  });

  test('keeps the disk that another one takes the place of as unused', async () => {
    const lab = new Lab();
    await post(lab, { scsi0: 'local:2' });
    await lab.control({ do: 'wait-all-tasks' });
    expect(lab.guest(100)?.config).toMatchObject({
      scsi0: 'local:100/vm-100-disk-1.raw,size=2G',
      unused0: 'local:100/vm-100-disk-0.qcow2',
    });
  });
});

describe('snapshots', () => {
  test('are taken, listed and cloned from; a guest with one cannot become a template', async () => {
    const lab = new Lab();
    const taken = await lab.run('POST', '/nodes/pve1/qemu/100/snapshot', {
      body: { snapname: 'start', description: 'first' },
    });
    expect(taken).toEqual({
      exit: 'OK',
      log: ["snapshotting 'drive-scsi0' (local:100/vm-100-disk-0.qcow2)", 'TASK OK'],
    });
    expect((await lab.call('GET', '/nodes/pve1/qemu/100/snapshot')).data).toMatchObject([
      { name: 'start', description: 'first', vmstate: 0 },
      { name: 'current', parent: 'start', running: 0 },
    ]);
    const again = await lab.run('POST', '/nodes/pve1/qemu/100/snapshot', { body: { snapname: 'start' } });
    expect(again.exit).toBe("snapshot name 'start' already used");
    const template = await lab.call('POST', '/nodes/pve1/qemu/100/template');
    expect(template.reason).toBe('unable to create template, because VM contains snapshots');
    const copy = await lab.run('POST', '/nodes/pve1/qemu/100/clone', {
      body: { newid: '101', snapname: 'start' },
    });
    expect(copy.exit).toBe('OK');
    expect((await lab.run('DELETE', '/nodes/pve1/qemu/100')).exit).toBe('OK');
  });

  test('need a storage that can', async () => {
    const lab = new Lab();
    await lab.call('PUT', '/nodes/pve1/qemu/100/config', { body: { scsi1: 'local:1,format=raw' } });
    const { exit } = await lab.run('POST', '/nodes/pve1/qemu/100/snapshot', { body: { snapname: 'start' } });
    expect(exit).toBe('snapshot feature is not available');
    const ofTemplate = await lab.run('POST', '/nodes/pve1/qemu/9000/snapshot', {
      body: { snapname: 'start' },
    });
    expect(ofTemplate.exit).toBe("you can't take a snapshot if it's a template");
  });
});

describe('disks', () => {
  test('grow and never shrink', async () => {
    const lab = new Lab();
    const resize = async (disk: string, size: string) =>
      (await lab.run('PUT', '/nodes/pve1/qemu/100/resize', { body: { disk, size } })).exit;
    expect(await resize('scsi0', '+1G')).toBe('OK');
    expect(lab.guest(100)?.config['scsi0']).toBe('local:100/vm-100-disk-0.qcow2,size=2G');
    expect(await resize('scsi0', '1G')).toBe('shrinking disks is not supported');
    expect(await resize('scsi7', '+1G')).toBe("disk 'scsi7' does not exist");
  });

  test('that are taken out of a guest stay with it, unused, until they are removed', async () => {
    const lab = new Lab();
    const remove = (key: string) => lab.call('PUT', '/nodes/pve1/qemu/100/config', { body: { delete: key } });
    await remove('scsi0');
    expect(lab.guest(100)?.config).toMatchObject({ unused0: 'local:100/vm-100-disk-0.qcow2' });
    await remove('unused0');
    expect(lab.volumes()).not.toContain('pve1 local:100/vm-100-disk-0.qcow2');
  });
});

describe('creating a VM', () => {
  test('makes its disks, its identity and its boot order, and may start it', async () => {
    const lab = new Lab();
    const body = {
      vmid: '150',
      name: 'new',
      scsi0: 'local:2,format=qcow2',
      net0: 'virtio,bridge=vmbr0',
      start: '1',
    };
    const { exit, log } = await lab.run('POST', '/nodes/pve2/qemu', { body });
    expect([exit, log.at(-2)]).toEqual(['OK', 'Execute autostart']);
    expect(lab.guest(150)).toMatchObject({ node: 'pve2', running: true });
    expect(lab.guest(150)?.config).toMatchObject({
      boot: 'order=scsi0;net0',
      scsi0: 'local:150/vm-150-disk-0.qcow2,size=2G',
      net0: expect.stringMatching(/^virtio=BC:24:11:/),
    });
    const taken = await lab.call('POST', '/nodes/pve1/qemu', { body: { vmid: '150' } });
    expect(taken.reason).toBe("unable to create VM 150 - VM 150 already exists on node 'pve2'");
  });
});
