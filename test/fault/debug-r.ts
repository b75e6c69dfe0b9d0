import { planRuns } from '/work/wt/rules/test/fault/support/plan-runs.ts';
console.log('start');
const plan = await planRuns({ scenario: 'replication', runs: 3, seed: 3, share: 0.2 });
console.log('planned', plan.runs.length);
