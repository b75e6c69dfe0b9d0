import { describe, expect, test } from 'vitest';
import { Lab, makeCluster } from './support.ts';

const missing = '/nodes/pve1/qemu/999/config';

describe('versions', () => {
  test.each([
    ['7.4-17', undefined],
    ['8.2.4', undefined],
    ['8.4.21', "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist\n"],
    ['9.2.11', "Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist\n"],
  ])('%s tells errors in the body only when it is new enough', async (version, message) => {
    const lab = new Lab(makeCluster({ version }));
    const { status, reason, raw } = await lab.call('GET', missing);
    expect(status).toBe(500);
    expect(reason).toBe("Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist");
    expect(JSON.parse(raw.body)).toEqual(message === undefined ? { data: null } : { data: null, message });
  });

  test.each([
    ['7.4-17', 'invalid token value!'],
    ['8.4.16', 'invalid token value!'],
    ['8.4.17', 'Authentication failed!'],
    ['9.1.4', 'invalid token value!'],
    ['9.1.5', 'Authentication failed!'],
  ])('%s refuses a wrong token with "%s"', async (version, reason) => {
    const lab = new Lab(makeCluster({ version }));
    const headers = { authorization: 'PVEAPIToken=root@pam!full=wrong' };
    expect((await lab.call('GET', '/version', { headers })).reason).toBe(reason);
  });

  test('memory is a number in 7.4 and a text later', async () => {
    const config = async (version: string) => {
      const guests = [{ vmid: 100, node: 'pve1', config: { memory: '64', cores: '2' } }];
      return (await new Lab(makeCluster({ version, guests })).call('GET', '/nodes/pve1/qemu/100/config'))
        .data;
    };
    expect(await config('7.4-17')).toMatchObject({ memory: 64, cores: 2 });
    expect(await config('9.2.11')).toMatchObject({ memory: '64', cores: 2 });
  });

  test('a version lacks the paths and parameters of later ones', async () => {
    const old = new Lab(makeCluster({ version: '7.4-17' }));
    expect((await old.call('PUT', '/pools', { body: { poolid: 'p' } })).reason).toBe(
      "Method 'PUT /pools' not implemented",
    );
    const { errors } = await old.call('GET', '/pools?poolid=p');
    expect(errors).toEqual({
      poolid: 'property is not defined in schema and the schema does not allow additional properties',
    });
    const { data } = await new Lab(makeCluster({ version: '9.2.11' })).call('GET', '/pools');
    expect(data).toEqual([]);
  });

  test('clone logs and wording follow the version', async () => {
    const log = async (version: string) =>
      (
        await new Lab(makeCluster({ version })).run('POST', '/nodes/pve1/qemu/9000/clone', {
          body: { newid: '101' },
        })
      ).log;
    expect((await log('8.4.21'))[0]).toContain('create linked clone of drive scsi0');
    expect((await log('9.2.11'))[0]).toBe('creating a clone of VM 9000 with ID 101');
    const refusal = async (version: string) =>
      (
        await new Lab(makeCluster({ version })).call('POST', '/nodes/pve1/qemu/100/clone', {
          body: { newid: '101', full: '0' },
        })
      ).reason;
    expect(await refusal('7.4-17')).toBe("Linked clone feature is not supported for drive 'scsi0'");
    expect(await refusal('8.4.21')).toBe(
      "Linked clone feature is not supported for 'local:100/vm-100-disk-0.qcow2' (scsi0)",
    );
  });

  test.each([
    ['8.4.21', "can't lock file '/var/lock/qemu-server/lock-101.conf' - got timeout", 10],
    ['9.2.11', 'VM is locked (clone)', 0],
  ])('%s refuses a change of a guest in the making: %s', async (version, reason, seconds) => {
    const lab = new Lab(makeCluster({ version }));
    await lab.call('POST', '/nodes/pve1/qemu/9000/clone', {
      body: { newid: '101', full: '1', bwlimit: '1024' },
    });
    for (const method of ['PUT', 'POST']) {
      const began = lab.clock.now();
      const refused = await lab.call(method, '/nodes/pve1/qemu/101/config', { body: { cores: '2' } });
      expect([refused.reason, Math.floor((lab.clock.now() - began) / 1000)]).toEqual([reason, seconds]);
    }
  });

  test('bridges need SDN.Use from 8.0 on', async () => {
    const clone = async (version: string) => {
      const lab = new Lab(
        makeCluster({
          version,
          acl: [
            { path: '/vms', id: 'low@pve', role: 'PVEVMAdmin' },
            { path: '/storage', id: 'low@pve', role: 'PVEDatastoreUser' },
          ],
        }),
      );
      const headers = await lab.login('low@pve', 'low-secret');
      return (await lab.call('POST', '/nodes/pve1/qemu/9000/clone', { headers, body: { newid: '101' } }))
        .reason;
    };
    expect(await clone('7.4-17')).toBe('OK');
    expect(await clone('8.4.21')).toBe('Permission check failed (/sdn/zones/localnetwork/vmbr0, SDN.Use)');
  });
});
