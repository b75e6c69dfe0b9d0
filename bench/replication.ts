/** `npm run -s bench:replication`: how long replication takes, against the lower bound and the predecessor's way. */
import { computeBound } from './replication-support/bound.ts';
import { measure } from './replication-support/measure.ts';
import { nodeCount, templates } from './replication-support/world.ts';

/** Several copies at a time keep a disk busy while others of its copies are begun, converted or looked at. */
const limits = { perSource: 3, perTarget: 4, perStorage: 6, perCluster: 24 };
const oneAtATime = { perSource: 1, perTarget: 1, perStorage: 1, perCluster: 1 };

/** What the predecessor slept for each replica: 60 s for the clone, 3 s for the conversion. */
const sleptSeconds = 63;

const bound = computeBound();
const ours = await measure({ limits });
const inTurn = await measure({ limits: oneAtATime });
const sequential = inTurn.seconds + inTurn.replicas * sleptSeconds;

const format = (seconds: number) => `${Math.round(seconds)} s`;
say(
  `${nodeCount} nodes, ${templates.length} templates, ${ours.replicas} replicas; limits ${JSON.stringify(limits)}`,
);
say(`lower bound ${format(bound)} (busiest disk or link), makespan ${format(ours.seconds)}`);
say(`one after the other ${format(inTurn.seconds)}, as the predecessor did it ${format(sequential)}`);
say(
  `REPLICATION makespan_over_bound=${(ours.seconds / bound).toFixed(3)} ` +
    `sequential_over_makespan=${(sequential / ours.seconds).toFixed(2)}`,
);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
