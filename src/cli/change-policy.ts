import { parse } from 'yaml';
import { InvalidPolicyError, checkPolicy } from '../replication/policy/check-policy.ts';
import type { ReplicationPolicy } from '../replication/policy/policy.ts';
import { CommandFailed, UsageError } from './cli-error.ts';

/**
 * A policy with changes such as `limits.perCluster=2`, `storage.pve2=nvme` or `outdated=keep`; values are YAML, and an
 * empty one takes the key away, so that its default holds.
 *
 * @throws {UsageError} when a change has another form
 * @throws {CommandFailed} INVALID_POLICY with all faults
 */
export function changePolicy(policy: ReplicationPolicy, changes: readonly string[]): ReplicationPolicy {
  return checkWritten(changes.reduce<unknown>(applyChange, policy));
}

/** A policy of a file, YAML or JSON. @throws {CommandFailed} INVALID_POLICY with all faults */
export function parsePolicy(text: string): ReplicationPolicy {
  return checkWritten(parseYaml(text) ?? {});
}

function applyChange(policy: unknown, change: string): unknown {
  const [, path, value] = /^([\w.*-]+)=(.*)$/s.exec(change) ?? [];
  if (path === undefined || value === undefined)
    throw new UsageError(`"${change}" is no change: write key=value, for example outdated=keep`);
  return setAt(policy, path.split('.'), value === '' ? undefined : parseYaml(value));
}

function setAt(value: unknown, [key = '', ...deeper]: readonly string[], wanted: unknown): unknown {
  const object: Record<string, unknown> =
    typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
  object[key] = deeper.length > 0 ? setAt(object[key], deeper, wanted) : wanted;
  if (object[key] === undefined) delete object[key];
  return object;
}

function parseYaml(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    const [reason] = error instanceof Error ? error.message.split('\n') : [String(error)];
    throw new CommandFailed('INVALID_POLICY', `The policy is neither YAML nor JSON: ${reason ?? ''}`, {
      cause: error,
    });
  }
}

function checkWritten(written: unknown): ReplicationPolicy {
  try {
    return checkPolicy(written);
  } catch (error) {
    if (!(error instanceof InvalidPolicyError)) throw error;
    const faults = error.faults.map(({ path, message }) => `  ${path.join('.') || 'policy'}: ${message}`);
    const message = [
      'The policy cannot be set as it is:',
      ...faults,
      'See docs/replication.md for its keys.',
    ];
    throw new CommandFailed('INVALID_POLICY', message.join('\n'), { cause: error });
  }
}
