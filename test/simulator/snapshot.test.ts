import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createSimulator } from '../../src/simulator/simulator.ts';
import type { WorldInput } from '../../src/simulator/world.ts';
import { DrivenClock } from '../../src/time/driven-clock.ts';
import { Lab, seededRandom } from './support.ts';

function start(world: WorldInput) {
  return createSimulator({ world, clock: new DrivenClock(), random: seededRandom() });
}

const disk = fc.record({
  key: fc.constantFrom('scsi0', 'scsi1', 'virtio0'),
  storage: fc.constantFrom('files', 'thin', 'ceph'),
  size: fc.integer({ min: 1, max: 64 }).map((gibi) => gibi * 1024 ** 3),
  data: fc.integer({ min: 0, max: 1024 ** 3 }),
});

const guest = fc.record({
  vmid: fc.integer({ min: 100, max: 999_999_999 }),
  type: fc.constantFrom('qemu' as const, 'lxc' as const),
  node: fc.constantFrom('pve1', 'pve2'),
  name: fc.stringMatching(/^[a-z][a-z0-9-]{0,10}[a-z0-9]$/),
  template: fc.boolean(),
  running: fc.boolean(),
  config: fc.dictionary(
    fc.constantFrom('tags', 'description', 'memory', 'protection'),
    fc.stringMatching(/^[a-z0-9;\n]{1,12}$/),
  ),
  disks: fc.uniqueArray(disk, { selector: (one) => one.key, maxLength: 3 }),
});

const world = fc
  .record({
    guests: fc.uniqueArray(guest, { selector: (one) => one.vmid, maxLength: 8 }),
    version: fc.constantFrom('7.4-17', '8.4.21', '9.2.11'),
    online: fc.boolean(),
  })
  .map(({ guests, version, online }): WorldInput => ({
    clusters: [
      {
        id: 'any',
        name: 'any',
        version,
        nodes: [{ name: 'pve1' }, { name: 'pve2', online }],
        storages: [
          { id: 'files', type: 'dir' },
          { id: 'thin', type: 'lvmthin' },
          { id: 'ceph', type: 'rbd' },
        ],
        users: [{ id: 'low@pve', password: 'x' }],
        tokens: [{ user: 'low@pve', id: 'tok', secret: 'y' }],
        acl: [{ path: '/', id: 'low@pve', role: 'PVEAuditor' }],
        pools: [{ id: 'p', guests: guests.slice(0, 1).map((one) => one.vmid) }],
        guests,
      },
    ],
  }));

describe('snapshot', () => {
  test('a world that was written out comes back the same', () => {
    fc.assert(
      fc.property(world, (input) => {
        const written = JSON.parse(JSON.stringify(start(input).snapshot()));
        const again = JSON.parse(JSON.stringify(start(written).snapshot()));
        expect(again).toEqual(written);
      }),
      { numRuns: 40 },
    );
  });

  test('work done, tasks and secrets survive', async () => {
    const lab = new Lab();
    await lab.run('POST', '/nodes/pve1/qemu/9000/clone', { body: { newid: '101', full: '1' } });
    const second = start(lab.simulator.snapshot());
    const { clusters } = second.state();
    expect(clusters[0]?.guests.map((one) => one.vmid)).toContain(101);
    expect(clusters[0]?.tasks).toEqual([expect.objectContaining({ type: 'qmclone', exitStatus: 'OK' })]);
    const headers = { authorization: 'PVEAPIToken=root@pam!full=full-secret' };
    expect((await second.handle({ method: 'GET', path: '/api2/json/version', headers })).status).toBe(200);
  });
});
