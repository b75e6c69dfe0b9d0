import type { WorldAcl } from '../world.ts';
import type { AccessBook } from './access-book.ts';

/** Who asks: a user, perhaps by a token. */
export interface Identity {
  readonly user: string;
  readonly token?: string;
}

/** Privilege to whether it propagates. */
export type Privileges = ReadonlyMap<string, boolean>;

/** Whether the pool of a guest or a storage gives rights too: from an ACL path to the pool's name. */
export type FindPool = (path: string) => string | undefined;

const nothing: Privileges = new Map();

/** Answers what an identity may do where; results are kept until users, roles or ACLs change. */
export class Permissions {
  readonly #access: AccessBook;
  readonly #findPool: FindPool;
  readonly #cache = new Map<string, Privileges>();
  #cached = -1;

  constructor(access: AccessBook, findPool: FindPool) {
    this.#access = access;
    this.#findPool = findPool;
  }

  /** All privileges on a path. */
  find(identity: Identity, path: string): Privileges {
    if (this.#cached !== this.#access.revision) {
      this.#cache.clear();
      this.#cached = this.#access.revision;
    }
    const pool = this.#findPool(path);
    const key = `${identity.user}!${identity.token ?? ''} ${path} ${pool ?? ''}`;
    const found = this.#cache.get(key) ?? this.#compute(identity, path, pool);
    this.#cache.set(key, found);
    return found;
  }

  has(identity: Identity, path: string, privilege: string): boolean {
    return this.find(identity, path).has(privilege);
  }

  #compute(identity: Identity, path: string, pool: string | undefined): Privileges {
    if (identity.token === undefined) return this.#computeOne(identity.user, 'user', { path, pool });
    const ofUser = this.#computeOne(identity.user, 'user', { path, pool });
    const token = this.#access.findToken(identity.user, identity.token);
    if (!token) return nothing;
    if (!token.privsep) return ofUser;
    const ofToken = this.#computeOne(`${identity.user}!${identity.token}`, 'token', { path, pool });
    return new Map([...ofToken].filter(([privilege]) => ofUser.has(privilege)));
  }

  #computeOne(
    id: string,
    type: 'user' | 'token',
    { path, pool }: { readonly path: string; readonly pool: string | undefined },
  ): Privileges {
    if (id === 'root@pam') return this.#expand(new Map([['Administrator', true]]));
    const roles = this.#findRoles(id, type, path);
    if (roles.has('NoAccess')) return nothing;
    const privileges = new Map(this.#expand(roles));
    if (pool === undefined) return privileges;
    const poolRoles = this.#findRoles(id, type, `/pool/${pool}`);
    if (poolRoles.has('NoAccess')) return privileges;
    for (const [privilege, propagate] of this.#expand(poolRoles)) privileges.set(privilege, propagate);
    return privileges;
  }

  /** Walks down the path: on each level the entries of the identity replace what was inherited. */
  #findRoles(id: string, type: 'user' | 'token', path: string): Map<string, boolean> {
    const parts = path.split('/').filter((part) => part !== '');
    const groups = type === 'user' ? (this.#access.users.get(id)?.groups ?? []) : [];
    let roles = new Map<string, boolean>();
    for (let depth = 0; depth <= parts.length; depth += 1) {
      const level = `/${parts.slice(0, depth).join('/')}`;
      const entries = this.#access.acl.filter(
        (entry) => entry.path === level && (entry.propagate || depth === parts.length),
      );
      const own = entries.filter((entry) => entry.type === type && entry.id === id);
      const ofGroups = entries.filter((entry) => entry.type === 'group' && groups.includes(entry.id));
      const chosen = own.length > 0 ? own : ofGroups;
      if (chosen.length > 0) roles = collectRoles(chosen);
    }
    return roles;
  }

  #expand(roles: ReadonlyMap<string, boolean>): Privileges {
    return new Map(
      [...roles].flatMap(([role, propagate]) =>
        (this.#access.findRole(role) ?? []).map((privilege) => [privilege, propagate] as const),
      ),
    );
  }
}

function collectRoles(entries: readonly WorldAcl[]): Map<string, boolean> {
  if (entries.some((entry) => entry.role === 'NoAccess')) return new Map([['NoAccess', true]]);
  return new Map(entries.map((entry) => [entry.role, entry.propagate]));
}
