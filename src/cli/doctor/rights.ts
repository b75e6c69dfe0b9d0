import type { Permissions } from '../../proxmox/endpoints/access.ts';
import type { Check } from './check.ts';

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

const role = 'TemplateHub';
const guestPrivileges = [
  'VM.Audit',
  'VM.Clone',
  'VM.Allocate',
  'VM.Migrate',
  'VM.Config.Options',
  'VM.Config.CDROM',
  'VM.Config.Disk',
];
const storagePrivileges = ['Datastore.Audit', 'Datastore.AllocateSpace'];

/** What the account needs on a cluster of a version, with these storages. */
export function listRequirements(version: string, storages: readonly string[]): Requirement[] {
  const hasNetworkRights = Number.parseInt(version, 10) >= 8;
  return [
    { path: '/', privileges: ['Sys.Audit'], below: false, purpose: 'seeing the state of cluster and nodes' },
    { path: '/vms', privileges: guestPrivileges, below: true, purpose: 'copying templates' },
    ...storages.map((storage) => ({
      path: `/storage/${storage}`,
      privileges: storagePrivileges,
      below: false,
      purpose: 'finding room for copies',
    })),
    ...(hasNetworkRights
      ? [
          {
            path: '/sdn/zones/localnetwork',
            privileges: ['SDN.Use'],
            below: true,
            purpose: 'copying guests with a network card',
          },
        ]
      : []),
    { path: '/pool', privileges: ['Pool.Audit'], below: true, purpose: 'seeing pools', optional: true },
    {
      path: '/vms',
      privileges: ['VM.PowerMgmt', 'VM.Snapshot'],
      below: true,
      purpose: "starting students' machines and taking snapshots of them",
      optional: true,
    },
  ];
}

/** Privileges of a requirement that are not held. `held` is what Proxmox answers for the path. */
export function findMissing(requirement: Requirement, held: Permissions): string[] {
  const rights = held[requirement.path] ?? {};
  return requirement.privileges.filter((privilege) => {
    const propagates = rights[privilege];
    return propagates === undefined || (requirement.below && !propagates);
  });
}

/** Checks of all requirements; `heldAt` is what Proxmox answers for each path. */
export function judgeRights(
  requirements: readonly Requirement[],
  heldAt: ReadonlyMap<string, Permissions>,
  account: Account,
): Check[] {
  const checks = requirements.flatMap((requirement): Check[] => {
    const missing = findMissing(requirement, heldAt.get(requirement.path) ?? {});
    if (missing.length === 0) return [];
    const below = requirement.below ? ' and below' : '';
    return [
      {
        level: requirement.optional ? 'warn' : 'fail',
        subject: 'rights',
        message: `${missing.join(', ')} missing on ${requirement.path}${below}: needed for ${requirement.purpose}`,
        commands: composeGrant(requirements, requirement.path, account),
      },
    ];
  });
  const isFine = checks.every((check) => check.level !== 'fail');
  return isFine
    ? [{ level: 'ok', subject: 'rights', message: 'every right that replication needs is there' }, ...checks]
    : checks;
}

/** Who we are for Proxmox. */
export interface Account {
  /** `name@realm`. */
  readonly user: string;
  /** `name@realm!id`, where a token is used. */
  readonly token?: string;
}

/**
 * Commands that give the account one role with everything that is needed anywhere: a role on a deeper path replaces the
 * inherited ones, so a smaller one could take rights away. A token with privilege separation needs the same as its user.
 */
function composeGrant(
  requirements: readonly Requirement[],
  path: string,
  { user, token }: Account,
): string[] {
  const privileges = [...new Set(requirements.flatMap((requirement) => requirement.privileges))].join(' ');
  const grant = (who: string) => `pveum acl modify ${path} ${who} -role ${role}`;
  return [
    `pveum role add ${role} -privs "${privileges}" || pveum role modify ${role} -privs "${privileges}"`,
    grant(`-user '${user}'`),
    ...(token === undefined ? [] : [grant(`-token '${token}'`)]),
  ];
}
