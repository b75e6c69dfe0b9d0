import type { Hold } from '../replication/hold/hold.ts';
import { alsoReads } from './also-reads.ts';
import { builder } from './builder.ts';
import { askTime } from './context.ts';
import { toDate } from './moment.ts';

const HoldReason = builder.enumType('RunHoldReason', {
  description: 'What a run waits for.',
  values: {
    PAUSED: { description: 'The replication of its cluster is paused, or its policy says so.' },
    QUIET_HOURS: { description: 'The policy of its cluster lets no copy begin at this hour.' },
    OTHER_RUN: { description: 'Another run of its cluster: there is one at a time.' },
    OTHER_SERVER: { description: 'Another server has the right to work on its cluster.' },
    NO_SERVER: { description: 'It was begun, and no server works on its cluster any more.' },
    NOT_CONFIGURED: { description: 'This server does not work on its cluster.' },
    NEXT_TRY: { description: 'What is left of it failed, and is tried again after a pause.' },
  } as const,
});

const RunHold = builder.objectRef<Hold>('RunHold').implement({
  description: 'Why nothing of a run is done at the moment.',
  fields: (t) => ({
    reason: t.expose('reason', { type: HoldReason, description: 'What it waits for.' }),
    since: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'Since when; null where nobody wrote it down.',
      resolve: ({ since }) => toDate(since),
    }),
    until: t.field({
      type: 'DateTime',
      nullable: true,
      description: 'When that is over by itself; null where it is not known.',
      resolve: ({ until }) => toDate(until),
    }),
    message: t.exposeString('message', {
      description: 'One sentence, with the command that ends it where there is one.',
    }),
  }),
});

builder.prismaObjectField('ReplicationRun', 'waitingFor', (t) =>
  t.field({
    type: RunHold,
    nullable: true,
    extensions: alsoReads('Cluster', 'Lease', 'ReplicationPolicy', 'ReplicationRun', 'ReplicationStep'),
    select: { id: true, status: true },
    description: 'What holds it; null when it is over, under way, or about to begin.',
    resolve: ({ id, status }, _args, context) => {
      if (status === 'FINISHED') return null;
      askTime(context);
      return context.loaders.hold.load(id);
    },
  }),
);
