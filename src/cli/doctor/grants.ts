import {
  findMissing,
  listHeld,
  listLevels,
  pathsBelow,
  type HeldRights,
  type RightsByPath,
} from './held-rights.ts';
import type { Requirement } from './requirements.ts';

/** Who we are for Proxmox. */
export interface Account {
  /** `name@realm`. */
  readonly user: string;
  /** `name@realm!id`, where a token is used. */
  readonly token?: string;
}

export interface GrantQuestion {
  readonly held: HeldRights;
  readonly account: Account;
  readonly rolePrivileges: readonly string[];
}

/** A user, and what it holds. */
interface KnownUser {
  readonly user: string;
  readonly held: RightsByPath;
}

const role = 'TemplateHub';
/** Names of privileges, among whatever else is printed. */
const privilegePattern = '[A-Z][A-Za-z]+([.][A-Z][A-Za-z]+)+';

/**
 * Commands that give an account what it lacks, and take nothing from anybody. Three things could: a role that is made
 * anew, so one that is there is only added to; a role on a path, which replaces all that was inherited there, so it holds
 * that as well; and a role of a user, which goes before those of its groups, so the same holds. It may take them twice
 * where nobody can see everything at first.
 */
export function composeGrants(requirement: Requirement, question: GrantQuestion): string[] {
  const { held, account } = question;
  const { user, token } = account;
  if (token === undefined) return grantUser(requirement, { user, held: held.ours }, question);
  if (held.users === undefined) return grantUnseen({ user, token }, question);
  const userLacks = findMissing(requirement, held.users).length > 0;
  const users = { user, held: held.users };
  return [
    ...(userLacks ? grantUser(requirement, users, question) : []),
    ...grantToken(requirement, { token, users, userLacks }, question),
  ];
}

/** A role that holds what the user has there, too. */
function grantUser(
  requirement: Requirement,
  { user, held }: KnownUser,
  { rolePrivileges }: GrantQuestion,
): string[] {
  // Whoever has nothing anywhere is given the usual role once, for everything.
  const hasNothing = [...held.keys()].every((path) => listHeld(held, path).length === 0);
  const suffices = requirement.privileges.every((privilege) => rolePrivileges.includes(privilege));
  const path = hasNothing && suffices ? '/' : requirement.path;
  const wanted = new Set([...rolePrivileges, ...requirement.privileges, ...listHeld(held, path)]);
  return grantRole(`-user '${user}'`, { path, wanted, rolePrivileges });
}

/**
 * What a token has of its own is told to nobody: only what both it and its user hold. Where it has a role already, and at
 * the top, one more takes nothing. It has one on the first level, from the top, on which it lacks what its user has; a
 * user that lacks it there, and only there, is given it first.
 */
function grantToken(
  requirement: Requirement,
  { token, users, userLacks }: { token: string; users: KnownUser; userLacks: boolean },
  question: GrantQuestion,
): string[] {
  const { held, rolePrivileges } = question;
  const missingAt = (path: string) =>
    findMissing({ ...requirement, path, below: requirement.below || path !== requirement.path }, held.ours);
  const path = listLevels(requirement.path).find((level) => missingAt(level).length > 0);
  if (path === undefined) return [];
  const isOwn = missingAt(path).every((privilege) => isMore(users.held, held.ours, { path, privilege }));
  if (path !== '/' && !isOwn) return userLacks ? [] : grantUser({ ...requirement, path }, users, question);
  const wanted = new Set([...rolePrivileges, ...requirement.privileges]);
  return grantRole(`-token '${token}'`, { path, wanted, rolePrivileges });
}

/** Whether one set of rights has a privilege on a path that another lacks there, or lacks below. */
function isMore(
  rights: RightsByPath,
  than: RightsByPath,
  { path, privilege }: { path: string; privilege: string },
): boolean {
  const [more, less] = [rights, than].map((held) => held.get(path)?.[path]?.[privilege]);
  return less === undefined ? more !== undefined : more === true && !less;
}

/**
 * For a token whose user's rights are not shown: a role at the top for both. What the user holds there besides the node's
 * own shell asks for, as root, when the command is run. After that both can be looked at.
 */
function grantUnseen({ user, token }: Required<Account>, { rolePrivileges }: GrantQuestion): string[] {
  const shown = ['/', pathsBelow['/']].map(
    (path) =>
      `$(pveum user permissions '${user}' --path ${path} | grep -oE '${privilegePattern}' | tr '\\n' ' ')`,
  );
  return [
    ...grantRole(`-user '${user}'`, {
      path: '/',
      wanted: new Set([...rolePrivileges, ...shown]),
      rolePrivileges,
    }),
    ...grantRole(`-token '${token}'`, { path: '/', wanted: new Set(rolePrivileges), rolePrivileges }),
  ];
}

/** The usual role where it suffices; it stays as small as it is, for others may live by it. */
function grantRole(
  holder: string,
  {
    path,
    wanted,
    rolePrivileges,
  }: { path: string; wanted: ReadonlySet<string>; rolePrivileges: readonly string[] },
): string[] {
  const isUsual = wanted.size === rolePrivileges.length;
  const name = isUsual ? role : `${role}${path === '/' ? '' : path.replaceAll('/', '-')}-more`;
  const list = `-privs "${[...wanted].join(' ')}"`;
  return [
    `pveum role add ${name} ${list} || pveum role modify ${name} -append 1 ${list}`,
    `pveum acl modify ${path} ${holder} -role ${name}`,
  ];
}
