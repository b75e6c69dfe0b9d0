import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { TransportRequest } from '../../src/proxmox/http/transport.ts';
import { readRequest } from './recorded.ts';

const parameter = z.looseObject({
  in: z.enum(['path', 'query', 'body']),
  optional: z.boolean().default(false),
  enum: z.array(z.string()).optional(),
});

const schema = z.object({
  endpoints: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      parameters: z.record(z.string(), parameter).default({}),
    }),
  ),
});

const file = new URL('../../src/simulator/data/api-subset.json', import.meta.url);
const { endpoints } = schema.parse(JSON.parse(readFileSync(file, 'utf8')));

/** What the published schema of Proxmox has against a request, in words; empty when nothing. */
export function findFaults(request: TransportRequest): string[] {
  const { method, parts, parameters } = readRequest(request);
  const endpoint = endpoints.find((one) => one.method === method && fits(one.path, parts));
  if (endpoint === undefined) return [`no such method or path: ${method} ${request.path}`];
  const known = endpoint.parameters;
  const wrong = [...parameters].flatMap(([name, value]) => {
    const rule = known[name];
    if (rule === undefined || rule.in === 'path') return [`${name} is not a parameter`];
    return rule.enum && !rule.enum.includes(value) ? [`${name} cannot be ${value}`] : [];
  });
  const missing = Object.entries(known)
    .filter(([name, rule]) => rule.in !== 'path' && !rule.optional && !parameters.has(name))
    .map(([name]) => `${name} is missing`);
  return [...wrong, ...missing];
}

function fits(pattern: string, parts: readonly string[]): boolean {
  const wanted = pattern.split('/').slice(1);
  return (
    wanted.length === parts.length &&
    wanted.every((part, index) => part.startsWith('{') || part === parts[index])
  );
}
