import { createProxmoxClient, type ProxmoxClient } from '../../../src/proxmox/client.ts';
import type { Transport } from '../../../src/proxmox/http/transport.ts';
import { drive } from '../../../src/simulator/drive.ts';
import { createSimulator, type Simulator } from '../../../src/simulator/simulator.ts';
import type { WorldInput } from '../../../src/simulator/world.ts';
import { DrivenClock } from '../../../src/time/driven-clock.ts';
import { createSimulatorTransport } from '../../proxmox/simulator-transport.ts';

const secret = '00000000-0000-4000-8000-000000000001';

/** Three nodes with local and shared storage, two templates and a machine; `nobody@pve` may see nothing. */
export const world: WorldInput = {
  clusters: [
    {
      id: 'lab',
      name: 'lab',
      nodes: [{ name: 'pve1' }, { name: 'pve2' }, { name: 'pve3' }],
      storages: [
        { id: 'local', type: 'dir', content: ['images', 'iso'] },
        { id: 'san', type: 'nfs', content: ['images'] },
      ],
      users: [{ id: 'hub@pve' }, { id: 'nobody@pve' }],
      tokens: [
        { user: 'hub@pve', id: 'hub', secret, privsep: false },
        { user: 'nobody@pve', id: 'hub', secret, privsep: false },
      ],
      acl: [{ path: '/', id: 'hub@pve', role: 'Administrator' }],
      guests: [
        {
          vmid: 100,
          node: 'pve1',
          name: 'debian',
          template: true,
          disks: [{ key: 'scsi0', storage: 'local', size: '10G' }],
        },
        {
          vmid: 101,
          node: 'pve2',
          name: 'ubuntu',
          template: true,
          disks: [{ key: 'scsi0', storage: 'san', size: '4G' }],
        },
        { vmid: 200, node: 'pve3', name: 'machine', disks: [{ key: 'scsi0', storage: 'local', size: '1G' }] },
      ],
    },
  ],
};

/** A simulated cluster on a driven clock, and clients of it. */
export interface SimulatedCluster {
  clock: DrivenClock;
  simulator: Simulator;
  /** Moves the clock until the promise settles. */
  run<Result>(promise: Promise<Result>): Promise<Result>;
  connect(options?: { user?: string; spoil?: (transport: Transport) => Transport }): ProxmoxClient;
}

export function simulateCluster(): SimulatedCluster {
  const clock = new DrivenClock();
  const random = () => 0.5;
  const simulator = createSimulator({ world, clock, random });
  return {
    clock,
    simulator,
    run: (promise) => drive(clock, promise),
    connect: ({ user = 'hub@pve', spoil = keepAnswers } = {}) => {
      const token = `${user}!hub=${secret}`;
      const connection = { clusterId: 'lab', host: 'lab.test', token, tls: { mode: 'insecure' } as const };
      const transport = spoil(createSimulatorTransport(simulator, { cluster: 'lab' }));
      return createProxmoxClient({ connection, clock, random, transport });
    },
  };
}

function keepAnswers(transport: Transport): Transport {
  return transport;
}
