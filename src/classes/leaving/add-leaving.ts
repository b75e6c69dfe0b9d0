import type { GuestPlan } from '../plan/class-plan.ts';
import { planRemovals, type ClassGuest } from '../plan/plan-deletion.ts';

/**
 * A plan that also takes up what is to go of the class since earlier. What something stands in the way of is only named:
 * nobody asked for it now, and it is looked at again by every later plan and pass.
 */
export function addLeaving(plan: GuestPlan, leaving: readonly ClassGuest[]): GuestPlan {
  const doomed = new Set([...plan.remove, ...plan.attempt].map(({ vmid }) => vmid));
  const { remove, keep } = planRemovals(leaving.filter(({ vmid }) => !doomed.has(vmid)));
  return { ...plan, remove: [...plan.remove, ...remove], keep: [...plan.keep, ...keep] };
}
