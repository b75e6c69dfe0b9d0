import { listPrivileges } from '../../../src/simulator/access/privileges.ts';
import { describeVersion } from '../../../src/simulator/behaviour.ts';
import type { ControlStepInput } from '../../../src/simulator/control.ts';
import type { ClusterState, GuestState } from '../../../src/simulator/state.ts';
import type { World } from '../../../src/simulator/world.ts';
import type { Random } from '../../../src/time/clock.ts';
import { user } from '../../replication/support/small-world.ts';
import { isOurs } from './books.ts';

/** Something that people did to the cluster and that makes Proxmox refuse, until they undo it. */
export interface Trouble {
  readonly name: string;
  readonly begin: readonly ControlStepInput[];
  readonly end: readonly ControlStepInput[];
}

/** What a trouble is chosen from. */
export interface Situation {
  readonly cluster: ClusterState;
  readonly definition: World['clusters'][number];
  readonly random: Random;
}

/** One of the troubles that are possible now; undefined when none is. */
export function drawTrouble(situation: Situation): Trouble | undefined {
  const possible = Object.entries(kinds).flatMap(([name, make]) => {
    const steps = make(situation);
    return steps === undefined ? [] : [{ name, ...steps }];
  });
  return pick(possible, situation.random);
}

/** Troubles with which a guest may be cloned, and not moved to another node. */
export const confining: ReadonlySet<string> = new Set(['serial device', 'mapped device']);

type Steps = Omit<Trouble, 'name'>;

const kinds: Readonly<Record<string, (situation: Situation) => Steps | undefined>> = {
  'hook script': (situation) => changeOriginal(situation, 'hookscript', 'data:snippets/hook.pl'),
  'usb device': (situation) => changeOriginal(situation, 'usb0', 'host=046d:c52b'),
  'serial device': (situation) => changeOriginal(situation, 'serial0', '/dev/ttyS0'),
  'mapped device': (situation) => changeOriginal(situation, 'hostpci0', 'mapping=gpu'),
  protection: (situation) => changeOurs(situation, { protection: '1' }),
  'high availability': putUnderHa,
  'storage without images': switchContentOff,
  'volume left over': leaveVolumes,
  'right missing': takeRight,
};

function changeOriginal({ cluster, random }: Situation, key: string, value: string): Steps | undefined {
  const originals = cluster.guests.filter((guest) => guest.template && !isOurs(guest));
  const chosen = pick(originals, random);
  return chosen && changeConfig(chosen, { [key]: value });
}

function changeOurs({ cluster, random }: Situation, config: Record<string, string>): Steps | undefined {
  const chosen = pick(cluster.guests.filter(isOurs), random);
  return chosen && changeConfig(chosen, config);
}

function changeConfig({ vmid }: GuestState, config: Record<string, string>): Steps {
  const none = Object.fromEntries(Object.keys(config).map((key) => [key, null]));
  return {
    begin: [{ do: 'set-guest', vmid, config }],
    end: [{ do: 'set-guest', vmid, config: none }],
  };
}

/** Templates are never under high availability. */
function putUnderHa({ cluster, random }: Situation): Steps | undefined {
  const chosen = pick(
    cluster.guests.filter((guest) => isOurs(guest) && !guest.template),
    random,
  );
  if (!chosen) return undefined;
  const { vmid } = chosen;
  return { begin: [{ do: 'set-guest', vmid, ha: 'started' }], end: [{ do: 'set-guest', vmid, ha: null }] };
}

function switchContentOff({ definition, random }: Situation): Steps | undefined {
  const storage = pick(definition.storages, random);
  if (!storage) return undefined;
  return {
    begin: [{ do: 'set-storage', storage: { ...storage, content: ['iso'] } }],
    end: [{ do: 'set-storage', storage }],
  };
}

/** A cloud-init drive under each of the next three ids that are free. */
function leaveVolumes({ cluster, definition, random }: Situation): Steps | undefined {
  const storage = pick(definition.storages, random);
  if (!storage) return undefined;
  const taken = new Set(cluster.guests.map(({ vmid }) => vmid));
  const free = Array.from({ length: 100 }, (_, index) => 100 + index).filter((vmid) => !taken.has(vmid));
  const nodes = storage.type === 'nfs' ? [undefined] : definition.nodes.map(({ name }) => name);
  const volumes = free
    .slice(0, 3)
    .flatMap((vmid) =>
      nodes.map((node) => ({ storage: storage.id, node, name: `${vmid}/vm-${vmid}-cloudinit.qcow2`, vmid })),
    );
  const isThere = new Set(cluster.volumes.map(({ volid }) => volid));
  const fresh = volumes.filter(({ name }) => !isThere.has(`${storage.id}:${name}`));
  return {
    begin: fresh.map((volume) => ({ do: 'add-volume', volume: { ...volume, format: 'qcow2', size: '4M' } })),
    end: fresh.map(({ storage: id, name, node }) => ({ do: 'remove-volume', storage: id, name, node })),
  };
}

const dispensable = [
  'VM.Clone',
  'VM.Migrate',
  'VM.Allocate',
  'VM.Config.Options',
  'VM.Config.Disk',
  'VM.PowerMgmt',
  'Datastore.AllocateSpace',
];

/** The account's role lacks one privilege. */
function takeRight({ definition, random }: Situation): Steps {
  const lacking = pick(dispensable, random);
  const privileges = listPrivileges(describeVersion(definition.version)).filter((one) => one !== lacking);
  const whole = { path: '/', type: 'user' as const, id: user, role: 'Administrator' };
  const less = { ...whole, role: 'Lacking' };
  return {
    begin: [
      { do: 'set-role', role: { id: 'Lacking', privileges } },
      { do: 'set-acl', acl: less },
      { do: 'remove-acl', acl: whole },
    ],
    end: [
      { do: 'set-acl', acl: whole },
      { do: 'remove-acl', acl: less },
    ],
  };
}

function pick<Item>(list: readonly Item[], random: Random): Item | undefined {
  return list[Math.floor(random() * list.length)];
}
