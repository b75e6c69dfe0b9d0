import type { Prisma, TemplateChange } from '../../../prisma/generated/sqlite/client.ts';
import { isUnchanged, type TableVersions } from '../../store/revision.ts';
import { builder } from '../builder.ts';
import type { GraphqlContext } from '../context.ts';
import { TemplateChangeRef } from '../template-change.ts';
import { watch } from './watch.ts';

/** How often the store is looked at for what other servers did, milliseconds. */
const lookInterval = 1000;
/** Changes that are read at once. */
const readAtOnce = 100;

interface ChangeFilter {
  readonly clusterId?: string | null;
  readonly vmid?: number | null;
  readonly after?: number | null;
}

builder.subscriptionField('templateChanged', (t) =>
  t.field({
    type: TemplateChangeRef,
    args: {
      clusterId: t.arg.string({ description: 'Only those of the cluster with this id.' }),
      vmid: t.arg.int({ description: 'Only those of this VMID.' }),
      after: t.arg.int({
        description:
          'Database id of the last change that is known: everything since then comes first, so that who connects again misses nothing. Without it the latest change comes first.',
      }),
    },
    description: 'What happens to templates, one change after the other, in the order of their database ids.',
    subscribe: (_root, filter, context) => watchChanges(filter, context),
    resolve: (change) => change,
  }),
);

/** Changes as they happen; what was told last is where the next look begins, so none is told twice and none is left out. */
async function* watchChanges(filter: ChangeFilter, context: GraphqlContext): AsyncGenerator<TemplateChange> {
  const { clock, runStates, signal, services, prisma } = context;
  const where = { clusterId: filter.clusterId ?? undefined, vmid: filter.vmid ?? undefined };
  let last = filter.after ?? (await findStart(context, where));
  const listen = (notify: () => void) =>
    services.replicator?.events.on('template', notify) ?? (() => undefined);
  let revision: TableVersions | undefined;
  for await (const _ of watch({ clock, interval: lookInterval, signal, listen })) {
    const now = runStates.revision.current();
    if (revision && isUnchanged(['template_changes'], revision, now)) continue;
    revision = now;
    for (;;) {
      const changes = await prisma.templateChange.findMany({
        where: { ...where, id: { gt: last } },
        orderBy: { id: 'asc' },
        take: readAtOnce,
      });
      yield* changes;
      last = changes.at(-1)?.id ?? last;
      if (changes.length < readAtOnce) break;
    }
  }
}

/** Just before the latest change, so that this one comes first. */
async function findStart(
  { prisma }: GraphqlContext,
  where: Prisma.TemplateChangeWhereInput,
): Promise<number> {
  const latest = await prisma.templateChange.findFirst({
    where,
    orderBy: { id: 'desc' },
    select: { id: true },
  });
  return latest ? latest.id - 1 : 0;
}
