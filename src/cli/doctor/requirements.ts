import type { ObservedTemplate } from '../../inventory/observe/observation.ts';

/** Privileges that are needed on a path. */
export interface Requirement {
  readonly path: string;
  readonly privileges: readonly string[];
  /** They must hold below the path as well: guests and bridges to come lie there. */
  readonly below: boolean;
  /** What does not work without them. */
  readonly purpose: string;
  /** Replication works without them. */
  readonly optional?: boolean;
}

/** What the rights of an account have to suffice for. */
export interface Demand {
  /** Of Proxmox VE. */
  readonly version: string;
  /** Storages for images that the account can see. */
  readonly storages: readonly string[];
  /** A node shows no storage for images: the account may be why. */
  readonly storagesHidden: boolean;
  /** Pool that replicas are made in, where the policy names one. */
  readonly pool?: string;
  /** Templates that the account can see. */
  readonly templates: readonly Pick<ObservedTemplate, 'vmid'>[];
}

const readingPrivileges = ['VM.Audit', 'VM.Clone'];
const makingPrivileges = [
  'VM.Allocate',
  'VM.Migrate',
  'VM.Config.Options',
  'VM.Config.CDROM',
  'VM.Config.Disk',
];
const guestPrivileges = [...readingPrivileges, ...makingPrivileges];
const storagePrivileges = ['Datastore.Audit', 'Datastore.AllocateSpace'];

/** What the account needs on a cluster, the most important first. */
export function listRequirements(demand: Demand): Requirement[] {
  return [
    { path: '/', privileges: ['Sys.Audit'], below: false, purpose: 'seeing the state of cluster and nodes' },
    ...requireGuests(demand),
    ...requireStorages(demand),
    ...requireBridges(demand),
    { path: '/pool', privileges: ['Pool.Audit'], below: true, purpose: 'seeing pools', optional: true },
    {
      path: demand.pool === undefined ? '/vms' : `/pool/${demand.pool}`,
      privileges: ['VM.PowerMgmt', 'VM.Snapshot'],
      below: true,
      purpose: "starting students' machines and taking snapshots of them",
      optional: true,
    },
  ];
}

/** Every privilege of the smallest role with which everything that is needed works: that of the README. */
export function listRolePrivileges(version: string): string[] {
  const demand = { version, storages: ['any'], storagesHidden: false, templates: [] };
  return [...new Set(listRequirements(demand).flatMap(toRolePrivileges))];
}

function toRolePrivileges({ privileges, path, optional }: Requirement): readonly string[] {
  return optional && path !== '/pool' ? [] : privileges;
}

/** Copies that are made in a pool need their rights there alone; what they are made of is read and cloned where it is. */
function requireGuests({ pool, templates }: Demand): Requirement[] {
  if (pool === undefined)
    return [{ path: '/vms', privileges: guestPrivileges, below: true, purpose: 'copying templates' }];
  const originals = templates.length > 0 ? templates.map(({ vmid }) => `/vms/${vmid}`) : ['/vms'];
  return [
    ...originals.map((path) => ({
      path,
      privileges: readingPrivileges,
      below: path === '/vms',
      purpose: 'reading and cloning originals',
    })),
    {
      path: `/pool/${pool}`,
      privileges: ['VM.Audit', ...makingPrivileges],
      below: false,
      purpose: 'making copies in the pool of the policy',
    },
  ];
}

function requireStorages({ storages, storagesHidden }: Demand): Requirement[] {
  const purpose = 'finding room for copies';
  const seen = storages.map((storage) => ({ path: `/storage/${storage}`, below: false }));
  const all = storagesHidden ? [{ path: '/storage', below: true }] : [];
  return [...seen, ...all].map((place) => ({ ...place, privileges: storagePrivileges, purpose }));
}

function requireBridges({ version }: Demand): Requirement[] {
  if (Number.parseInt(version, 10) < 8) return [];
  const purpose = 'copying guests with a network card';
  return [{ path: '/sdn/zones/localnetwork', privileges: ['SDN.Use'], below: true, purpose }];
}
