import type { Guest } from '../engine/guests.ts';
import { refuse } from '../errors.ts';
import { isHaManaged } from '../engine/high-availability.ts';
import { requireGuest } from '../guests/guest-lock.ts';
import { type HaAction, requestState } from '../guests/ha-requests.ts';
import { shutDownGuest, startGuest, stopGuest } from '../guests/power.ts';
import { requireOwnOption } from '../guests/rights.ts';
import type { StorageCall } from '../storage/storage-lock.ts';
import { type ApiCall, forkWorker, type Handler, type Handlers } from './call.ts';

type PowerWork = (call: StorageCall, guest: Guest, api: ApiCall) => Promise<void>;

/** Seconds a shutdown waits when nothing is said. */
const usualTimeout = 180;

/** Start, stop and shutdown of VMs or containers. */
export function powerHandlers(type: Guest['type']): Handlers {
  const base = `POST /nodes/{node}/${type}/{vmid}/status`;
  const prefix = type === 'qemu' ? 'qm' : 'vz';
  const make = (name: string, work: PowerWork): Handler => {
    return (call: ApiCall) => {
      const { cluster, identity, node, parameters } = call;
      if (parameters.flag('skiplock')) requireOwnOption(identity, 'skiplock');
      const vmid = parameters.requireInteger('vmid');
      if (type === 'lxc') checkContainerState(cluster, { vmid, starts: name === 'start' });
      if (name === 'start') cluster.requireQuorum(node);
      const guest = cluster.guests.find(vmid, type, node);
      const kind = `${prefix}${name}`;
      const run = (inner: StorageCall): Promise<void> =>
        work(inner, requireGuest(cluster, type, { node, vmid }), call);
      if (guest && isHaManaged(guest)) return askManager(call, guest, { type: kind, run });
      return forkWorker(call, { type: kind, id: vmid }, run);
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

/** Where high availability looks after a guest, the task only says what is wanted. */
function askManager(call: ApiCall, guest: Guest, act: HaAction): Promise<string> {
  const isStart = act.type.endsWith('start');
  return forkWorker(call, { type: isStart ? 'hastart' : 'hastop', id: guest.vmid }, async ({ worker }) => {
    const kind = guest.type === 'qemu' ? 'VM' : 'CT';
    worker.log(`Requesting HA ${isStart ? 'start' : 'stop'} for ${kind} ${guest.vmid}`);
    requestState(call.cluster, guest, { state: isStart ? 'started' : 'stopped', act });
  });
}
