import { isProxmoxError, type ProxmoxError } from '../../proxmox/failures/proxmox-error.ts';

/** What a question to a cluster came to. */
export type Answer<Value> = { readonly value: Value } | { readonly fault: ProxmoxError };

/** Waits for an answer; a failure of the cluster is one, too. */
export async function askFor<Value>(question: Promise<Value>): Promise<Answer<Value>> {
  try {
    return { value: await question };
  } catch (fault) {
    if (isProxmoxError(fault)) return { fault };
    throw fault;
  }
}

/** What a call gives, or undefined where Proxmox refuses it, or answers oddly. */
export async function orUndefined<Value>(question: Promise<Value>): Promise<Value | undefined> {
  const answer = await askFor(question);
  return 'value' in answer ? answer.value : undefined;
}
