import { Cron } from 'croner';

/** A cron expression compiled, or undefined when it is none. Croner's timers are not used. */
export function parseCron(expression: string, timezone = 'UTC'): Cron | undefined {
  try {
    return new Cron(expression, { timezone, paused: true });
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
