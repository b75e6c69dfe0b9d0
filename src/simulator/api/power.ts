import type { Guest } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import { requireGuest } from '../guests/guest-lock.ts';
import { shutDownGuest, startGuest, stopGuest } from '../guests/power.ts';
import { requireOwnOption } from '../guests/rights.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { type ApiCall, forkWorker, type Handler, type Handlers } from './call.ts';

/** Seconds a shutdown waits when nothing is said. */
const usualTimeout = 180;

/** Start, stop and shutdown of VMs or containers. */
export function powerHandlers(type: Guest['type']): Handlers {
  const base = `POST /nodes/{node}/${type}/{vmid}/status`;
  const prefix = type === 'qemu' ? 'qm' : 'vz';
  const make = (
    name: string,
    work: (call: StorageCall, guest: Guest, api: ApiCall) => Promise<void>,
  ): Handler => {
    return async (call: ApiCall) => {
      const { cluster, identity, node, parameters } = call;
      if (parameters.flag('skiplock')) requireOwnOption(identity, 'skiplock');
      const vmid = parameters.requireInteger('vmid');
      if (type === 'lxc') checkContainerState(cluster, { vmid, starts: name === 'start' });
      if (name === 'start') cluster.requireQuorum();
      return forkWorker(call, { type: `${prefix}${name}`, id: vmid }, (inner) =>
        work(inner, requireGuest(cluster, type, { node, vmid }), call),
      );
    };
  };
  return {
    [`${base}/start`]: make('start', startGuest),
    [`${base}/stop`]: make('stop', stopGuest),
    [`${base}/shutdown`]: make('shutdown', (call, guest, { parameters }) =>
      shutDownGuest(call, guest, {
        timeout: parameters.integer('timeout') ?? usualTimeout,
        force: parameters.flag('forceStop') ?? false,
      }),
    ),
  };
}

/** Whether a container runs is asked in the request already; of a VM it is asked in the task. */
function checkContainerState(
  { guests }: ApiCall['cluster'],
  { vmid, starts }: { readonly vmid: number; readonly starts: boolean },
): void {
  const isRunning = guests.get(vmid)?.running ?? false;
  if (starts && isRunning) throw refuse(`CT ${vmid} already running`);
  if (!starts && !isRunning) throw refuse(`CT ${vmid} not running`);
}
