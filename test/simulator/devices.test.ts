import { describe, expect, test } from 'vitest';
import { Lab, makeCluster } from './support.ts';

const readmeRole = [
  'VM.Audit',
  'VM.Clone',
  'VM.Allocate',
  'VM.Migrate',
  'VM.Config.Options',
  'VM.Config.CDROM',
  'VM.Config.Disk',
  'Datastore.Audit',
  'Datastore.AllocateSpace',
  'SDN.Use',
  'Sys.Audit',
  'Pool.Audit',
];
const hub = { authorization: 'PVEAPIToken=hub@pve!hub=hub-secret' };
const rootToken = { authorization: 'PVEAPIToken=root@pam!full=full-secret' };

type Cluster = Parameters<typeof makeCluster>[0];

/** A cluster whose template has these further lines, with a token of the README's role. */
function makeLab(config: Record<string, string>, more: Cluster = {}): Lab {
  const plain = makeCluster();
  return new Lab(
    makeCluster({
      users: [...(plain.users ?? []), { id: 'hub@pve' }],
      tokens: [...(plain.tokens ?? []), { user: 'hub@pve', id: 'hub', secret: 'hub-secret', privsep: false }],
      roles: [{ id: 'TemplateHub', privileges: readmeRole }],
      acl: [{ path: '/', id: 'hub@pve', role: 'TemplateHub' }],
      guests: (plain.guests ?? []).map((guest) =>
        guest.vmid === 9000 ? { ...guest, config: { ...guest.config, ...config } } : guest,
      ),
      ...more,
    }),
  );
}

const clone = (lab: Lab, headers: Record<string, string>) =>
  lab.call('POST', '/nodes/pve1/qemu/9000/clone', { headers, body: { newid: '850', full: '1' } });

describe("root's own login alone", () => {
  test('hook scripts: copied by anyone, set and deleted by nobody else, set or not', async () => {
    const lab = makeLab({ hookscript: 'local:snippets/hook.pl' });
    const { data } = await clone(lab, hub);
    expect((await lab.finish(String(data))).exit).toBe('OK');
    expect(lab.guest(850)?.config['hookscript']).toBe('local:snippets/hook.pl');
    const remove = (headers: Record<string, string>) =>
      lab.call('PUT', '/nodes/pve1/qemu/850/config', { headers, body: { delete: 'hookscript' } });
    const refusal = { status: 500, reason: "only root can set 'hookscript' config" };
    expect(await remove(hub)).toMatchObject(refusal);
    expect(await remove(rootToken)).toMatchObject(refusal);
    expect((await remove(await lab.login('root@pam', 'secret'))).status).toBe(200);
    expect(await remove(hub)).toMatchObject(refusal);
    const set = { headers: hub, body: { hookscript: 'local:snippets/hook.pl' } };
    expect(await lab.call('PUT', '/nodes/pve1/qemu/850/config', set)).toMatchObject(refusal);
  });

  test.each([
    ['usb0', 'host=046d:c52b', "only root can set 'usb0' config for real devices"],
    ['hostpci0', '0000:01:00,pcie=1', "only root can set 'hostpci0' config for non-mapped devices"],
  ])('a clone of %s: %s', async (key, value, reason) => {
    const lab = makeLab({ [key]: value });
    expect(await clone(lab, hub)).toMatchObject({ status: 500, reason });
    expect(await clone(lab, rootToken)).toMatchObject({ status: 500, reason });
    const { data } = await clone(lab, await lab.login('root@pam', 'secret'));
    expect((await lab.finish(String(data))).exit).toBe('OK');
  });

  test.each([
    ['args', '-cpu host'],
    ['serial0', '/dev/ttyS0'],
    ['serial0', 'socket'],
    ['usb0', 'spice'],
  ])('a clone of %s: %s is accepted', async (key, value) => {
    const lab = makeLab({ [key]: value });
    const { data } = await clone(lab, hub);
    expect((await lab.finish(String(data))).exit).toBe('OK');
    expect(lab.guest(850)?.config[key]).toBe(value);
  });

  test.each([
    ['delete', 'serial0', "only root can delete 'serial0' config for real devices"],
    ['delete', 'args', "only root can set 'args' config"],
    ['delete', 'parallel0', "only root can set 'parallel0' config"],
    ['usb0', 'host=046d:c52b', "only root can set 'usb0' config for real devices"],
    ['hostpci1', 'host=0000:01:00', "only root can set 'hostpci1' config for non-mapped devices"],
    ['serial1', '/dev/ttyS1', "only root can modify 'serial1' config for real devices"],
    ['lock', 'backup', "only root can set 'lock' config"],
  ])('%s %s', async (key, value, reason) => {
    const lab = makeLab({ serial0: '/dev/ttyS0', args: '-cpu host', parallel0: '/dev/parport0' });
    const reply = await lab.call('PUT', '/nodes/pve1/qemu/9000/config', { body: { [key]: value } });
    expect(reply).toMatchObject({ status: 500, reason });
    const headers = await lab.login('root@pam', 'secret');
    const asRoot = await lab.call('PUT', '/nodes/pve1/qemu/9000/config', { headers, body: { [key]: value } });
    expect(asRoot.status).toBe(200);
  });

  test('a VM with such devices is not made for anyone else', async () => {
    const lab = makeLab({});
    const create = (body: Record<string, string>) =>
      lab.call('POST', '/nodes/pve1/qemu', { body: { vmid: '700', ...body } });
    expect((await create({ serial0: '/dev/ttyS0' })).reason).toBe(
      "only root can set 'serial0' config for real devices",
    );
    expect((await create({ hostpci0: '01:00' })).reason).toBe(
      "only root can set 'hostpci0' config for non-mapped devices",
    );
    expect((await create({ hookscript: 'local:snippets/a.sh' })).reason).toBe(
      "only root can set 'hookscript' config",
    );
  });
});

describe('mapped devices', () => {
  const mappings = [{ type: 'pci' as const, id: 'gpu', nodes: ['pve1'] }];

  test('want a right on their mapping', async () => {
    const lab = makeLab({ hostpci0: 'mapping=gpu,pcie=1' }, { mappings });
    expect(await clone(lab, hub)).toMatchObject({
      status: 403,
      reason: 'Permission check failed (/mapping/pci/gpu, Mapping.Use)',
    });
    await lab.control({
      do: 'set-acl',
      acl: { path: '/mapping/pci/gpu', id: 'hub@pve', role: 'PVEMappingUser' },
    });
    expect((await clone(lab, hub)).status).toBe(200);
  });

  test('go where the mapping has a device, and nowhere else', async () => {
    const move = async (nodes: string[]) => {
      const lab = makeLab({ hostpci0: 'mapping=gpu' }, { mappings: [{ type: 'pci', id: 'gpu', nodes }] });
      const checked = await lab.call('GET', '/nodes/pve1/qemu/9000/migrate');
      const moved = await lab.run('POST', '/nodes/pve1/qemu/9000/migrate', { body: { target: 'pve2' } });
      return { checked: checked.data, log: moved.log.join('\n'), exit: moved.exit };
    };
    const lacking = await move(['pve1']);
    expect(lacking.exit).toBe('migration aborted');
    expect(lacking.log).toContain("can't migrate to 'pve2': missing mapped devices hostpci0");
    expect(lacking.checked).toMatchObject({
      local_resources: [],
      'mapped-resources': ['hostpci0'],
      'mapped-resource-info': { hostpci0: { name: 'gpu' } },
      allowed_nodes: [],
      not_allowed_nodes: { pve2: { 'unavailable-resources': ['hostpci0'] } },
    });
    const there = await move(['pve1', 'pve2']);
    expect(there.exit).toBe('OK');
    expect(there.log).toContain('migrating VM which uses mapped local devices');
  });
});

describe('devices of the node stop a migration', () => {
  test.each([
    [{ serial0: '/dev/ttyS0' }, 'serial0'],
    [{ usb0: 'host=1-2', hostpci0: '01:00' }, 'hostpci0, usb0'],
    [{ parallel0: '/dev/parport0' }, 'parallel0'],
  ])('%o', async (config, named) => {
    const lab = makeLab(config);
    const checked = await lab.call('GET', '/nodes/pve1/qemu/9000/migrate');
    expect(checked.data).toMatchObject({ local_resources: named.split(', ') });
    const moved = await lab.run('POST', '/nodes/pve1/qemu/9000/migrate', { body: { target: 'pve2' } });
    expect(moved).toMatchObject({ exit: 'migration aborted' });
    expect(moved.log[0]).toMatch(
      new RegExp(
        `ERROR: migration aborted \\(duration 00:00:00\\): can't migrate VM which uses local devices: ${named}$`,
      ),
    );
    expect(lab.guest(9000)).toMatchObject({ node: 'pve1', lock: undefined });
  });

  test('a socket for a serial console does not', async () => {
    const lab = makeLab({ serial0: 'socket', usb0: 'spice' });
    expect((await lab.run('POST', '/nodes/pve1/qemu/9000/migrate', { body: { target: 'pve2' } })).exit).toBe(
      'OK',
    );
  });
});
