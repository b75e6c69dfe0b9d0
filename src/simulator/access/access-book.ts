import type { Behaviour } from '../behaviour.ts';
import type { WorldAcl, WorldRole, WorldToken, WorldUser } from '../world.ts';
import { listBuiltInRoles } from './privileges.ts';

export interface Token extends WorldToken {
  readonly secret: string;
}

/** Users, tokens, roles, groups and ACL entries of a cluster. Everything may be read; changes count up `revision`. */
export class AccessBook {
  readonly users = new Map<string, WorldUser>();
  readonly groups = new Map<string, { readonly id: string; readonly comment?: string | undefined }>();
  readonly #tokens = new Map<string, Token>();
  readonly #builtIn: ReadonlyMap<string, readonly string[]>;
  readonly #roles = new Map<string, readonly string[]>();
  #acl: readonly WorldAcl[] = [];
  #revision = 0;

  constructor(behaviour: Behaviour) {
    this.#builtIn = listBuiltInRoles(behaviour);
    this.users.set('root@pam', { id: 'root@pam', enabled: true, expire: 0, groups: [] });
  }

  get revision(): number {
    return this.#revision;
  }

  get acl(): readonly WorldAcl[] {
    return this.#acl;
  }

  setUser(user: WorldUser): void {
    this.#revision += 1;
    this.users.set(user.id, user);
  }

  /** Removes a user with the tokens and ACL entries. */
  removeUser(id: string): void {
    this.#revision += 1;
    this.users.delete(id);
    for (const token of this.listTokens(id)) this.removeToken(id, token.id);
    this.#acl = this.#acl.filter((entry) => entry.type !== 'user' || entry.id !== id);
  }

  setGroup(id: string, comment?: string): void {
    this.#revision += 1;
    this.groups.set(id, { id, comment });
  }

  setToken(token: Token): void {
    this.#revision += 1;
    this.#tokens.set(`${token.user}!${token.id}`, token);
  }

  findToken(user: string, id: string): Token | undefined {
    return this.#tokens.get(`${user}!${id}`);
  }

  listTokens(user?: string): Token[] {
    return [...this.#tokens.values()].filter((token) => user === undefined || token.user === user);
  }

  removeToken(user: string, id: string): void {
    this.#revision += 1;
    this.#tokens.delete(`${user}!${id}`);
    this.#acl = this.#acl.filter((entry) => entry.type !== 'token' || entry.id !== `${user}!${id}`);
  }

  /** Privileges of a role, or undefined when there is none of this name. */
  findRole(id: string): readonly string[] | undefined {
    return this.#builtIn.get(id) ?? this.#roles.get(id);
  }

  isBuiltIn(role: string): boolean {
    return this.#builtIn.has(role);
  }

  listRoles(): WorldRole[] {
    return [...this.#builtIn, ...this.#roles].map(([id, privileges]) => ({
      id,
      privileges: [...privileges],
    }));
  }

  /** Roles that do not come with the version. */
  listOwnRoles(): WorldRole[] {
    return [...this.#roles].map(([id, privileges]) => ({ id, privileges: [...privileges] }));
  }

  setRole(role: WorldRole): void {
    this.#revision += 1;
    this.#roles.set(role.id, role.privileges);
  }

  removeRole(id: string): void {
    this.#revision += 1;
    this.#roles.delete(id);
    this.#acl = this.#acl.filter((entry) => entry.role !== id);
  }

  setAcl(entry: WorldAcl): void {
    this.removeAcl(entry);
    this.#acl = [...this.#acl, entry];
  }

  removeAcl(entry: Pick<WorldAcl, 'path' | 'type' | 'id' | 'role'>): void {
    this.#revision += 1;
    this.#acl = this.#acl.filter(
      (other) =>
        other.path !== entry.path ||
        other.type !== entry.type ||
        other.id !== entry.id ||
        other.role !== entry.role,
    );
  }

  /** Takes all entries off a path, as the removal of a guest does. */
  clearPath(path: string): void {
    this.#revision += 1;
    this.#acl = this.#acl.filter((entry) => entry.path !== path);
  }
}
