import { drive } from '../../src/simulator/drive.ts';
import { createSimulator, type Simulator, type SimulatorResponse } from '../../src/simulator/simulator.ts';
import type { ControlStepInput } from '../../src/simulator/control.ts';
import type { FaultInput } from '../../src/simulator/control/fault.ts';
import type { WorldInput } from '../../src/simulator/world.ts';
import { DrivenClock } from '../../src/time/driven-clock.ts';
import { z } from 'zod';

type ClusterInput = WorldInput['clusters'][number];

const gibi = 1024 ** 3;

/** Two nodes, a local and a shared storage, a local template, a shared one and an ordinary VM. */
export function makeCluster(changes: Partial<ClusterInput> = {}): ClusterInput {
  return {
    id: 'lab',
    name: 'lab',
    version: '8.4.21',
    nodes: [
      { name: 'pve1', ip: '10.0.0.1' },
      { name: 'pve2', ip: '10.0.0.2' },
    ],
    storages: [
      {
        id: 'local',
        type: 'dir',
        path: '/var/lib/vz',
        content: ['images', 'iso'],
        bandwidth: 100 * 1024 ** 2,
      },
      { id: 'tank', type: 'nfs', content: ['images'], bandwidth: 100 * 1024 ** 2 },
    ],
    users: [
      { id: 'root@pam', password: 'secret' },
      { id: 'low@pve', password: 'low-secret' },
    ],
    tokens: [{ user: 'root@pam', id: 'full', secret: 'full-secret', privsep: false }],
    guests: [
      {
        vmid: 9000,
        node: 'pve1',
        name: 'golden',
        template: true,
        config: { net0: 'virtio=BC:24:11:00:00:01,bridge=vmbr0', tags: 'gold', description: 'golden image' },
        disks: [{ key: 'scsi0', storage: 'local', size: 4 * gibi, data: gibi }],
      },
      {
        vmid: 9001,
        node: 'pve1',
        name: 'shared-golden',
        template: true,
        disks: [{ key: 'scsi0', storage: 'tank', size: 4 * gibi, data: gibi }],
      },
      { vmid: 100, node: 'pve1', name: 'plain', disks: [{ key: 'scsi0', storage: 'local', size: gibi }] },
    ],
    ...changes,
  };
}

/** The answer of a call: its envelope opened. */
export interface Reply {
  readonly status: number;
  readonly reason: string;
  readonly data: unknown;
  readonly errors: Readonly<Record<string, string>>;
  readonly message: string | undefined;
  readonly raw: SimulatorResponse;
}

const envelope = z.object({
  data: z.unknown(),
  errors: z.record(z.string(), z.string()).default({}),
  message: z.string().optional(),
});

/** A simulator on a driven clock, with a client that may do everything unless told otherwise. */
export class Lab {
  readonly clock = new DrivenClock();
  readonly simulator: Simulator;

  constructor(cluster: ClusterInput = makeCluster()) {
    this.simulator = createSimulator({
      world: { clusters: [cluster] },
      clock: this.clock,
      random: seededRandom(),
    });
  }

  /** Calls the API and drives the clock until the answer is there. */
  call(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    return drive(this.clock, this.start(method, path, options));
  }

  /** Sends a call without driving the clock. */
  async start(method: string, path: string, options: CallOptions = {}): Promise<Reply> {
    const { body, headers = { authorization: 'PVEAPIToken=root@pam!full=full-secret' }, node } = options;
    const text = body === undefined ? undefined : new URLSearchParams(body).toString();
    const raw = await this.simulator.handle({ method, path: `/api2/json${path}`, headers, body: text, node });
    return readReply(raw);
  }

  /** Runs a call that forks a worker to its end; the exit status and the log. */
  async run(
    method: string,
    path: string,
    options: CallOptions = {},
  ): Promise<{ exit: string; log: string[] }> {
    const { data } = await this.call(method, path, options);
    return this.finish(z.string().parse(data));
  }

  /** Waits for a task; the exit status and the log. */
  async finish(upid: string): Promise<{ exit: string; log: string[] }> {
    await this.simulator.control({ do: 'wait-task', upid });
    const base = `/nodes/${upid.split(':')[1]}/tasks/${upid}`;
    const status = await this.call('GET', `${base}/status`);
    const log = await this.call('GET', `${base}/log?limit=0`);
    return {
      exit: z.object({ exitstatus: z.string() }).parse(status.data).exitstatus,
      log: z
        .array(z.object({ t: z.string() }))
        .parse(log.data)
        .map((line) => line.t),
    };
  }

  control(step: ControlStepInput) {
    return this.simulator.control(step);
  }

  fault(fault: FaultInput) {
    return this.simulator.control({ do: 'fault-on', fault });
  }

  /** A guest in the simulator's own books. */
  guest(vmid: number) {
    return this.simulator.state().clusters[0]?.guests.find((guest) => guest.vmid === vmid);
  }

  volumes(): string[] {
    const { clusters } = this.simulator.state();
    return (clusters[0]?.volumes ?? []).map((volume) => `${volume.node ?? '*'} ${volume.volid}`).toSorted();
  }

  /** Headers of a logged-in user. */
  async login(username: string, password: string): Promise<Record<string, string>> {
    const { data } = await this.call('POST', '/access/ticket', { body: { username, password }, headers: {} });
    const { ticket, CSRFPreventionToken } = z
      .object({ ticket: z.string(), CSRFPreventionToken: z.string() })
      .parse(data);
    return {
      cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`,
      csrfpreventiontoken: CSRFPreventionToken,
    };
  }
}

export interface CallOptions {
  readonly body?: Record<string, string>;
  readonly headers?: Record<string, string>;
  readonly node?: string;
}

export function readReply(raw: SimulatorResponse): Reply {
  const isJson = raw.headers.some(([name, value]) => name === 'Content-Type' && value.includes('json'));
  const { data, errors, message } = envelope.parse(isJson ? JSON.parse(raw.body) : { data: null });
  return { status: raw.status, reason: raw.reason, data, errors, message, raw };
}

/** The same numbers in every run. */
export function seededRandom(seed = 7): () => number {
  let state = seed;
  return () => {
    state = (state * 16_807) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
