import type { Behaviour } from '../behaviour.ts';

type Level = 'root' | 'admin' | 'user' | 'audit';
type Group = Readonly<Partial<Record<Level, readonly string[]>>>;

/** Privileges by area and level, as the built-in roles are made of them. */
function listGroups(behaviour: Behaviour): Readonly<Record<string, Group>> {
  const { major } = behaviour;
  return {
    VM: {
      admin: [
        'VM.Allocate',
        'VM.Clone',
        'VM.Config.CPU',
        'VM.Config.Disk',
        'VM.Config.HWType',
        'VM.Config.Memory',
        'VM.Config.Network',
        'VM.Config.Options',
        'VM.Migrate',
        'VM.Snapshot',
        'VM.Snapshot.Rollback',
        ...(major < 9 ? ['VM.Monitor'] : ['VM.GuestAgent.FileRead', 'VM.GuestAgent.FileSystemMgmt']),
        ...(major < 9 ? [] : ['VM.GuestAgent.FileWrite', 'VM.GuestAgent.Unrestricted', 'VM.Replicate']),
      ],
      user: ['VM.Backup', 'VM.Config.CDROM', 'VM.Config.Cloudinit', 'VM.Console', 'VM.PowerMgmt'],
      audit: ['VM.Audit', ...(major < 9 ? [] : ['VM.GuestAgent.Audit'])],
    },
    Sys: {
      root: ['Sys.Modify', 'Sys.PowerMgmt', ...(major < 8 ? [] : ['Sys.AccessNetwork'])],
      admin: ['Sys.Console', 'Sys.Incoming', 'Sys.Syslog'],
      audit: ['Sys.Audit'],
    },
    Datastore: {
      admin: ['Datastore.Allocate', 'Datastore.AllocateTemplate'],
      user: ['Datastore.AllocateSpace'],
      audit: ['Datastore.Audit'],
    },
    SDN: { admin: ['SDN.Allocate'], user: major < 8 ? [] : ['SDN.Use'], audit: ['SDN.Audit'] },
    User: { root: ['Realm.Allocate'], admin: ['Group.Allocate', 'Realm.AllocateUser', 'User.Modify'] },
    Pool: { admin: ['Pool.Allocate'], audit: ['Pool.Audit'] },
    ...(major < 8
      ? {}
      : { Mapping: { admin: ['Mapping.Modify'], user: ['Mapping.Use'], audit: ['Mapping.Audit'] } }),
  };
}

/** Every privilege the version knows. */
export function listPrivileges(behaviour: Behaviour): string[] {
  return [
    ...pick(behaviour, () => true, ['root', 'admin', 'user', 'audit']),
    'Permissions.Modify',
  ].toSorted();
}

/** The roles that come with the version, by name. */
export function listBuiltInRoles(behaviour: Behaviour): Map<string, readonly string[]> {
  const area = (name: string, levels: readonly Level[]): string[] =>
    pick(behaviour, (group) => group === name, levels).toSorted();
  const admin = ['admin', 'user', 'audit'] as const;
  const user = ['user', 'audit'] as const;
  const roles = new Map<string, readonly string[]>([
    ['Administrator', listPrivileges(behaviour)],
    ['NoAccess', []],
    ['PVEAdmin', pick(behaviour, () => true, admin).toSorted()],
    ['PVEAuditor', pick(behaviour, () => true, ['audit']).toSorted()],
    ['PVEDatastoreAdmin', area('Datastore', admin)],
    ['PVEDatastoreUser', area('Datastore', user)],
    ['PVEPoolAdmin', area('Pool', admin)],
    ['PVEPoolUser', area('Pool', user)],
    ['PVESDNAdmin', area('SDN', admin)],
    ['PVESDNUser', area('SDN', user)],
    ['PVESysAdmin', area('Sys', admin)],
    ['PVETemplateUser', ['VM.Audit', 'VM.Clone']],
    ['PVEUserAdmin', area('User', admin)],
    ['PVEVMAdmin', area('VM', admin)],
    ['PVEVMUser', area('VM', user)],
  ]);
  if (behaviour.major >= 8) {
    roles.set('PVEMappingAdmin', area('Mapping', admin));
    roles.set('PVEMappingAuditor', area('Mapping', ['audit']));
    roles.set('PVEMappingUser', area('Mapping', user));
  }
  return roles;
}

function pick(behaviour: Behaviour, wanted: (group: string) => boolean, levels: readonly Level[]): string[] {
  return Object.entries(listGroups(behaviour))
    .filter(([name]) => wanted(name))
    .flatMap(([, group]) => levels.flatMap((level) => group[level] ?? []));
}
