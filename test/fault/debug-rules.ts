import { planRuns } from './support/plan-runs.ts';
import { runInProcess } from './support/run-in-process.ts';
import { findScenario } from './scenarios.ts';
const [scenario = 'replication', runs = '30', seed = '3', index = '11'] = process.argv.slice(2);
const plan = await planRuns({ scenario, runs: Number(runs), seed: Number(seed), share: 0.2 });
const run = plan.runs[Number(index)];
if (run?.kind !== 'in-process') throw new Error('no');
let lab: any;
let last: any;
const ask = findScenario(scenario);
let n = 0;
const s = {
  ...ask,
  ask: async (server: any, c: any) => {
    n += 1;
    await ask.ask(server, c);
    if (n === 8 || n === 20) {
      const p = await server.replicator.plan({});
      console.log(
        JSON.stringify(
          p[0]?.lines?.map((l: any) => ({
            s: l.sourceVmid,
            t: l.targetNode,
            state: l.state,
            code: l.reasonCode,
            r: l.reason,
          })),
          null,
          1,
        ),
      );
      for (const st of await server.store.prisma.replicationStep.findMany({}))
        console.log(
          JSON.stringify({
            id: st.id,
            run: st.runId,
            src: st.sourceVmid,
            t: st.targetNode,
            phase: st.phase,
            code: st.errorCode,
            msg: st.errorMessage,
            refusedAt: st.refusedAt,
            basis: st.basis,
          }),
        );
    }
  },
};
const v = await runInProcess({
  ...run,
  scenario: s,
  trace: (m) => console.log('fault', m),
  logger: process.env.LOG
    ? ({
        debug() {},
        info() {},
        warn: (...a: any[]) => console.log('warn', ...a),
        error: (...a: any[]) => console.log('err', ...a),
      } as any)
    : undefined,
});
console.log(v.died, v.passes, JSON.stringify(v.books), v.troubles, v.repeated);
