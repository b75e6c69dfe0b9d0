import { z } from 'zod';

/** What a server tells of itself. */
export const usageSchema = z.object({ cpuMicroseconds: z.number(), rss: z.number() });
const addressSchema = z.object({ port: z.number() });

/** Tells the parent process the port, and its processor time and memory whenever it asks. */
export function announce(address: unknown): void {
  const { port } = addressSchema.parse(address);
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicroseconds: user + system, rss: process.memoryUsage.rss() });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port });
}
