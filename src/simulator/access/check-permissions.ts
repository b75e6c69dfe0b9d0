import { realmOf } from '../../names/account.ts';
import type { Check, Endpoint } from '../api/schema.ts';
import type { RawParameters } from '../api/parameters.ts';
import type { Cluster } from '../engine/cluster.ts';
import { type ApiError, refuseRights } from '../errors.ts';
import type { Identity } from './permissions.ts';

/** Who asks for what, for a permission check. */
export interface Question {
  readonly cluster: Cluster;
  readonly identity: Identity;
  /** Everything sent, path parameters among it, not yet checked. */
  readonly sent: RawParameters;
}

/** Makes the checks that the endpoint's schema writes down. */
export function checkPermissions(endpoint: Endpoint, question: Question): void {
  const { permissions, path } = endpoint;
  if (question.identity.token !== undefined && !endpoint.allowToken) {
    throw refuseRights(`URI '${path}' not available with API token, need proper ticket.\n`);
  }
  if (!permissions) {
    if (question.identity.user !== 'root@pam') throw refuseRights(`user != root@pam`);
    return;
  }
  if (permissions.user !== undefined && !permissions.check) return;
  const refusal = permissions.check ? evaluate(permissions.check, question) : undefined;
  if (refusal) throw refusal;
}

/** Undefined when the check passes, else its refusal. */
function evaluate(check: Check, question: Question): ApiError | undefined {
  const [kind, ...rest] = check;
  switch (kind) {
    case 'and':
      return firstRefusal(rest, question);
    case 'or':
      return rest.some((part) => Array.isArray(part) && !evaluate(part, question))
        ? undefined
        : refuseRights();
    case 'perm':
      return checkPerm(rest, question);
    case 'perm-modify':
      return checkModify(rest, question);
    case 'userid-param':
      return checkUserParameter(rest, question);
    case 'userid-group':
      return hasAny(question, '/access/groups', listStrings(rest[0])) ? undefined : refuseRights();
    default:
      return refuseRights();
  }
}

function firstRefusal(parts: Check, question: Question): ApiError | undefined {
  for (const part of parts) {
    const refusal = Array.isArray(part) ? evaluate(part, question) : undefined;
    if (refusal) return refusal;
  }
  return undefined;
}

/** `["perm", "/vms/{vmid}", ["VM.Audit"], "any", 1, "require_param", "pool"]`. */
function checkPerm([template, privileges, ...options]: Check, question: Question): ApiError | undefined {
  const needed = options.indexOf('require_param');
  if (needed >= 0 && !question.sent.has(String(options[needed + 1]))) return refuseRights();
  const path = fillPath(String(template), question);
  const wanted = listStrings(privileges);
  if (options.includes('any')) {
    return hasAny(question, path, wanted) ? undefined : refuseRights(`${path}, ${wanted.join('|')}`);
  }
  const lacking = wanted.find((privilege) => !hasAny(question, path, [privilege]));
  return lacking === undefined ? undefined : refuseRights(`${path}, ${lacking}`);
}

function checkModify([template]: Check, question: Question): ApiError | undefined {
  const path = fillPath(String(template), question);
  const byKind: readonly (readonly [RegExp, string])[] = [
    [/^\/storage\//, 'Datastore.Allocate'],
    [/^\/vms\//, 'VM.Allocate'],
    [/^\/pool\//, 'Pool.Allocate'],
  ];
  const special = byKind.find(([pattern]) => pattern.test(path))?.[1];
  const wanted = ['Permissions.Modify', ...(special === undefined ? [] : [special])];
  return hasAny(question, path, wanted) ? undefined : refuseRights(`${path}, ${wanted.join('|')}`);
}

function checkUserParameter([what]: Check, question: Question): ApiError | undefined {
  const user = String(question.sent.get('userid') ?? '');
  if (what === 'self') return user === question.identity.user ? undefined : refuseRights();
  return hasAny(question, `/access/realm/${realmOf(user)}`, [String(what)]) ? undefined : refuseRights();
}

function hasAny({ cluster, identity }: Question, path: string, privileges: readonly string[]): boolean {
  return privileges.some((privilege) => cluster.permissions.has(identity, path, privilege));
}

function fillPath(template: string, { sent }: Question): string {
  return template.replace(/\{([^}]+)\}/g, (_, name: string) => String(sent.get(name) ?? ''));
}

function listStrings(value: Check[number] | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
