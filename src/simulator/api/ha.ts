import { createHash } from 'node:crypto';
import type { Cluster } from '../engine/cluster.ts';
import type { Guest } from '../engine/guests.ts';
import { describeService, listServices } from '../engine/high-availability.ts';
import { refuse } from '../errors.ts';
import { haStateSchema } from '../world.ts';
import type { ApiCall, Handlers } from './call.ts';
import { haStatusHandlers } from './ha-status.ts';

/** Resources of high availability. */
export const haHandlers: Handlers = {
  'GET /cluster/ha/resources': ({ cluster, parameters }) =>
    listServices(cluster)
      .filter((guest) => [undefined, describeService(guest).split(':')[0]].includes(parameters.text('type')))
      .map((guest) => describeResource(cluster, guest)),
  'POST /cluster/ha/resources': addResource,
  'GET /cluster/ha/resources/{sid}': (call) => {
    const { sid, guest } = readService(call);
    if (guest?.ha === undefined) throw refuse(`no such resource '${sid}'`);
    return describeResource(call.cluster, guest);
  },
  'PUT /cluster/ha/resources/{sid}': updateResource,
  'DELETE /cluster/ha/resources/{sid}': removeResource,
  ...haStatusHandlers,
};

/** A resource by its id, or by the number of its guest. */
function readService({ cluster, parameters }: ApiCall): {
  readonly sid: string;
  readonly guest: Guest | undefined;
} {
  const text = parameters.require('sid');
  const [kind, number = text] = text.includes(':') ? text.split(':') : [undefined];
  const guest = cluster.guests.get(Number(number));
  if (kind === undefined && !guest) {
    throw refuse(`unable to detect SID from VMID - VM/CT ${text} does not exist`);
  }
  const sid = kind === undefined && guest ? describeService(guest) : text;
  return { sid, guest: guest && describeService(guest) === sid ? guest : undefined };
}

function describeResource(cluster: Cluster, guest: Guest): object {
  const [type] = describeService(guest).split(':');
  return { sid: describeService(guest), type, state: guest.ha, digest: digestResources(cluster) };
}

function digestResources(cluster: Cluster): string {
  const text = listServices(cluster).map((guest) => `${describeService(guest)} ${guest.ha}`);
  return createHash('sha1').update(text.join('\n')).digest('hex');
}

function addResource(call: ApiCall): null {
  const { cluster, contacted } = call;
  cluster.requireQuorum(contacted);
  const { sid, guest } = readService(call);
  if (!guest) throw refuse(`resource '${sid}' does not exist in cluster`);
  if (guest.ha !== undefined) throw refuse(`create resource failed: resource ID '${sid}' already defined`);
  return setState(call, guest);
}

function updateResource(call: ApiCall): null {
  const { sid, guest } = readService(call);
  if (guest?.ha === undefined) throw refuse(`update resource failed: no such resource '${sid}'`);
  return setState(call, guest);
}

function setState({ cluster, parameters }: ApiCall, guest: Guest): null {
  const state = haStateSchema.parse(parameters.text('state') ?? guest.ha ?? 'started');
  cluster.guests.change(guest, () => (guest.ha = state));
  return null;
}

function removeResource(call: ApiCall): null {
  const { sid, guest } = readService(call);
  if (guest?.ha === undefined) throw refuse(`cannot delete service '${sid}', not HA managed!`);
  call.cluster.guests.change(guest, () => (guest.ha = undefined));
  return null;
}
