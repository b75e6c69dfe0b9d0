import type { ControlStepInput } from '../../../src/simulator/control.ts';
import type { Store } from '../../../src/store/store.ts';

/**
 * Does what the reasons of failed steps ask an administrator to do, and nothing else: `qm unlock` and `qm destroy`.
 * Returns how many commands were run.
 */
export async function followAdvice(
  store: Store,
  { cluster, control }: { cluster: string; control(step: ControlStepInput): Promise<unknown> },
): Promise<number> {
  const steps = await store.prisma.replicationStep.findMany({
    where: { phase: 'FAILED', errorCode: 'STALE_LOCK' },
  });
  const commands = new Set(
    steps.flatMap(({ errorMessage }) => /run "([^"]+)" on /.exec(errorMessage ?? '')?.[1] ?? []),
  );
  for (const command of commands) {
    for (const part of command.split(' && ')) {
      const [, verb, vmid] = /^(?:qm|pct) (unlock|destroy) (\d+)\b/.exec(part) ?? [];
      if (verb === 'unlock')
        await control({ do: 'set-guest', cluster, vmid: Number(vmid), config: { lock: null } });
      if (verb === 'destroy') await control({ do: 'remove-guest', cluster, vmid: Number(vmid) });
    }
  }
  return commands.size;
}
