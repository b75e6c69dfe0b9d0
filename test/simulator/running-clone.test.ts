import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Lab, makeCluster } from './support.ts';

const gibi = 1024 ** 3;
const path = '/nodes/pve1/qemu/100/clone';

type Disks = NonNullable<NonNullable<Parameters<typeof makeCluster>[0]>['guests']>[number]['disks'];

/** A running VM on a storage that moves 100 MiB a second. */
function makeLab(disks: Disks, version = '8.4.21'): Lab {
  const guests = [{ vmid: 100, node: 'pve1', name: 'live', running: true, disks }];
  return new Lab(makeCluster({ guests, version }));
}

const disk = (key: string, data: number, size = gibi) => ({ key, storage: 'local', size, data });
const mirrorLines = (log: readonly string[]) => log.filter((line) => !/^(?:create|Formatting)/.test(line));

describe('a full clone of a running VM', () => {
  test('goes by drive mirror, with a line a second, and stops the VM for a moment at its end', async () => {
    const { exit, log } = await makeLab([disk('scsi0', 200 * 1024 ** 2)]).run('POST', path, {
      body: { newid: '101' },
    });
    expect(exit).toBe('OK');
    expect(log).toEqual([
      'create full clone of drive scsi0 (local:100/vm-100-disk-0.qcow2)',
      expect.stringMatching(/^Formatting /),
      'drive mirror is starting for drive-scsi0',
      'drive-scsi0: transferred 0.0 B of 1.0 GiB (0.00%) in 0s',
      'drive-scsi0: transferred 512.0 MiB of 1.0 GiB (50.00%) in 1s',
      'drive-scsi0: transferred 1.0 GiB of 1.0 GiB (100.00%) in 2s, ready',
      "all 'mirror' jobs are ready",
      'suspend vm',
      'drive-scsi0: Cancelling block job',
      'drive-scsi0: Done.',
      'resume vm',
      'TASK OK',
    ]);
  });

  test('with a limit takes the time of the whole virtual size, zeroes too', async () => {
    const lab = makeLab([disk('scsi0', 0)]);
    const began = lab.clock.now();
    const { log } = await lab.run('POST', path, { body: { newid: '101', bwlimit: String(10 * 1024) } });
    expect(Math.round((lab.clock.now() - began) / 1000)).toBe(103);
    expect(log).toContain('drive mirror is starting for drive-scsi0 with bandwidth limit: 10240 KB/s');
    expect(log).toContain('drive-scsi0: transferred 620.0 MiB of 1.0 GiB (60.55%) in 1m 2s');
  });

  test('keeps the jobs of all drives open until the last is there', async () => {
    const lab = makeLab([disk('scsi0', 0), disk('scsi1', 0), { ...disk('ide2', 0), cloudinit: true }]);
    const { log } = await lab.run('POST', path, { body: { newid: '101' } });
    // The cloud-init drive comes first, and is not copied.
    expect(mirrorLines(log).filter((line) => !line.includes('transferred'))).toEqual([
      'drive mirror is starting for drive-scsi0',
      "all 'mirror' jobs are ready",
      'drive mirror is starting for drive-scsi1',
      "all 'mirror' jobs are ready",
      'suspend vm',
      'drive-scsi0: Cancelling block job',
      'drive-scsi1: Cancelling block job',
      'drive-scsi0: Done.',
      'drive-scsi1: Done.',
      'resume vm',
      'TASK OK',
    ]);
  });

  test('ends its jobs when the last drive is one that is not copied', async () => {
    const lab = makeLab([disk('ide0', 0), { ...disk('scsi1', 0), cloudinit: true }]);
    const { log } = await lab.run('POST', path, { body: { newid: '101' } });
    expect(mirrorLines(log).slice(-6)).toEqual([
      "all 'mirror' jobs are ready",
      'suspend vm',
      'drive-ide0: Cancelling block job',
      'drive-ide0: Done.',
      'resume vm',
      'TASK OK',
    ]);
  });

  test('that breaks cancels its jobs and leaves nothing', async () => {
    const lab = makeLab([disk('scsi0', gibi)]);
    await lab.fault({ kind: 'copy-fails' });
    const { exit, log } = await lab.run('POST', path, { body: { newid: '101' } });
    expect(exit).toBe("clone failed: block job (mirror) error: drive-scsi0: 'mirror' has been cancelled");
    expect(log).toContain('drive-scsi0: Cancelling block job');
    expect(lab.volumes().join()).not.toContain('vm-101');
  });

  test('that is stopped says so', async () => {
    const lab = makeLab([disk('scsi0', gibi)]);
    const upid = z.string().parse((await lab.call('POST', path, { body: { newid: '101' } })).data);
    await lab.control({ do: 'pause', ms: 2000 });
    await lab.call('DELETE', `/nodes/pve1/tasks/${upid}`);
    expect((await lab.finish(upid)).exit).toBe(
      'clone failed: block job (mirror) error: interrupted by signal',
    );
  });

  test('is not possible with the state of a TPM', async () => {
    const lab = makeLab([disk('scsi0', 0), { ...disk('tpmstate0', 0, 4 * 1024 ** 2), format: 'raw' }]);
    expect((await lab.call('POST', path, { body: { newid: '101' } })).reason).toBe(
      'cannot clone TPM state while VM is running',
    );
  });

  test('from a snapshot reads the image at rest', async () => {
    const lab = makeLab([disk('scsi0', 0)]);
    await lab.control({ do: 'snapshot-guest', vmid: 100, name: 's1' });
    const { log } = await lab.run('POST', path, { body: { newid: '101', snapname: 's1' } });
    expect(log).toContain('transferred 1.0 GiB of 1.0 GiB (100.00%)');
  });
});

describe('a clone', () => {
  test('makes all storages of the source ready before it copies the first drive', async () => {
    const disks = [disk('scsi0', 0), { ...disk('scsi1', 0), storage: 'tank' }];
    const lab = new Lab(makeCluster({ guests: [{ vmid: 100, node: 'pve1', disks }] }));
    await lab.fault({ kind: 'storage-offline', storage: 'tank' });
    expect(await lab.run('POST', path, { body: { newid: '101' } })).toEqual({
      exit: "clone failed: storage 'tank' is not online",
      log: ["TASK ERROR: clone failed: storage 'tank' is not online"],
    });
  });
});
