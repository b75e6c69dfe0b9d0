import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema, type HubApi } from './api/hub-api.ts';
import { planFields, planSchema, type PlanShown } from './plans.ts';
import { refuseNoClusters } from './no-clusters.ts';
import type { RunRequest } from './follow-runs.ts';

const planDocument = `mutation ($input: ReplicateInput!) {
  replicate(input: $input) { plans { ${planFields} } userErrors { code message } }
}`;

/** What a request would do, one plan a cluster. */
export async function askPlans(api: HubApi, request: RunRequest): Promise<PlanShown[]> {
  const schema = z.object({
    replicate: z.object({ plans: z.array(planSchema).nullable(), userErrors: userErrorsSchema }),
  });
  const { replicate } = await api.ask(planDocument, { input: { ...request, dryRun: true } }, schema);
  refuseUserErrors(replicate.userErrors);
  const plans = replicate.plans ?? [];
  if (plans.length === 0) throw refuseNoClusters();
  return plans;
}
