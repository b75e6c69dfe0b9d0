import type { Transport, TransportRequest, TransportResponse } from '../../../src/proxmox/http/transport.ts';
import { TransportError } from '../../../src/proxmox/http/transport.ts';
import type { ControlStepInput } from '../../../src/simulator/control.ts';
import type { Random } from '../../../src/time/clock.ts';

export interface SpoilOptions {
  random: Random;
  /** Share of the answers that are faulty, 0 to 1. */
  share: number;
  cluster: string;
  /** Arranges that a task which is about to begin goes wrong. */
  control(step: ControlStepInput): Promise<unknown>;
  /** Told of each fault. */
  trace?: (message: string) => void;
  /** Told of each request that was to change something and that a fault has struck. */
  onStrike?: (request: Pick<TransportRequest, 'path' | 'body'>) => void;
}

export interface Spoiler {
  wrap(transport: Transport): Transport;
  /** Faults stop: the world becomes a good place. */
  stop(): void;
  /** Faulty answers so far, by kind. */
  readonly counts: Map<string, number>;
}

/** What the spoiler says that is not so, and that may be taken for a refusal. */
export const lies = [
  'unable to write log',
  'interrupted by signal',
  "Can't connect to destination address using public key",
  'malformed JSON string',
  'got no worker upid',
];

type Fault = (request: TransportRequest, next: Transport) => Promise<TransportResponse>;

/** Makes a share of the answers faulty, before or after the work was done. */
export function createSpoiler({ random, share, cluster, control, trace, onStrike }: SpoilOptions): Spoiler {
  const counts = new Map<string, number>();
  let stopped = false;
  return {
    counts,
    stop: () => {
      stopped = true;
    },
    wrap: (next) => async (request) => {
      const tasks = taskFaultsOf(request, { cluster, control, random });
      const beginsTask = Object.keys(tasks).length > 0;
      // Few requests begin tasks, and those are the ones that matter: twice as many of them go wrong.
      if (stopped || random() >= (beginsTask ? 2 * share : share)) return next(request);
      const kinds = Object.entries(beginsTask && random() < 0.5 ? tasks : answerFaults);
      const [kind, fault] = kinds[Math.floor(random() * kinds.length)] ?? ['none', (one, to) => to(one)];
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      trace?.(`${kind}: ${request.method} ${request.path}`);
      try {
        return await fault(request, next);
      } finally {
        if (request.method !== 'GET') onStrike?.({ path: request.path, body: request.body });
      }
    },
  };
}

const answerFaults: Record<string, Fault> = {
  'cut before': () => Promise.reject(cut('exchange', 'ECONNRESET')),
  'cut after': async (request, next) => {
    await next(request);
    throw cut('exchange', 'ECONNRESET');
  },
  refused: () => Promise.reject(cut('connect', 'ECONNREFUSED')),
  '595': () => Promise.resolve(failure(595, 'No route to host', '')),
  '596 before': () => Promise.resolve(failure(596, 'Connection timed out', '')),
  '596 after': async (request, next) => {
    await next(request);
    return failure(596, 'Connection timed out', '');
  },
  'worker not started': () => Promise.resolve(failure(500, 'got no worker upid - start worker failed')),
  'lock timeout': ({ path }) => {
    const vmid = /\/(?:qemu|lxc)\/(\d+)/.exec(path)?.[1] ?? '100';
    const message = `can't lock file '/var/lock/qemu-server/lock-${vmid}.conf' - got timeout`;
    return Promise.resolve(failure(500, message));
  },
  locked: () => Promise.resolve(failure(500, 'VM is locked (backup)')),
  'server error': () =>
    Promise.resolve(failure(500, 'malformed JSON string at /usr/share/perl5/PVE/RPCEnvironment.pm line 9.')),
  'broken body': async (request, next) => {
    const answer = await next(request);
    return { ...answer, body: answer.body.slice(0, Math.floor(answer.body.length / 2)) };
  },
};

const taskTypes: readonly (readonly [RegExp, string])[] = [
  [/\/clone$/, 'qmclone'],
  [/\/migrate$/, 'qmigrate'],
  [/\/template$/, 'qmtemplate'],
];

interface TaskFaultOptions extends Pick<SpoilOptions, 'cluster' | 'control' | 'random'> {}

/** Faults of the task that a request begins: it fails before or after its work, is killed, or its id is taken. */
function taskFaultsOf({ method, path }: TransportRequest, options: TaskFaultOptions): Record<string, Fault> {
  const { cluster, control, random } = options;
  const type = method === 'DELETE' ? 'qmdestroy' : taskTypes.find(([pattern]) => pattern.test(path))?.[1];
  if (type === undefined || method === 'GET') return {};
  const prepared =
    (fault: Extract<ControlStepInput, { do: 'fault-on' }>['fault']): Fault =>
    async (request, next) => {
      await control({ do: 'fault-on', cluster, fault });
      return next(request);
    };
  const common = {
    'task fails': prepared({ kind: 'task-fails', type, message: 'interrupted by signal', times: 1 }),
    'task fails after': prepared({
      kind: 'task-fails',
      type,
      message: 'unable to write log',
      when: 'end',
      times: 1,
    }),
    'worker killed': prepared({
      kind: 'worker-killed',
      type,
      afterMs: Math.floor(random() * 3_000),
      times: 1,
    }),
  };
  if (type === 'qmclone')
    return { ...common, 'vmid taken': prepared({ kind: 'vmid-taken', where: 'other-node', times: 1 }) };
  if (type !== 'qmigrate') return common;
  return {
    ...common,
    'migration aborted': prepared({ kind: 'migration-breaks', when: 'early', times: 1 }),
    'migration problems': prepared({ kind: 'migration-breaks', when: 'late', times: 1 }),
  };
}

function cut(phase: 'connect' | 'exchange', code: string): TransportError {
  return new TransportError({ phase, code, message: `${code} (made up)` });
}

function failure(
  status: number,
  reason: string,
  body = JSON.stringify({ data: null, message: `${reason}\n` }),
): TransportResponse {
  return { status, reason, body };
}
