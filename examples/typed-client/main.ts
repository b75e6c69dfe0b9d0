/**
 * Tells what a Template Hub has: `node examples/typed-client/main.ts [http://127.0.0.1:8080 [id of a run]]`, with API_TOKEN
 * in the environment where it asks for one. Run write-types.ts first when you want to type-check it.
 */
import { createHubClient } from './hub-client.ts';
import { listOriginals, planReplication, watchRun } from './inventory.ts';

const [url = 'http://127.0.0.1:8080', runId] = process.argv.slice(2);
const client = createHubClient({ url, token: process.env['API_TOKEN'] });

for await (const { name, vmid, node, replicas } of listOriginals(client)) {
  const others = replicas.map((replica) => replica.node ?? 'unknown').sort();
  say(`${vmid} ${name} on ${node ?? 'unknown'}${others.length > 0 ? ` and ${others.join(', ')}` : ''}`);
}

const { plans, userErrors } = await planReplication(client);
for (const { code, message } of userErrors) say(`no plan: ${message} (${code})`);
for (const { clusterId, lines } of plans ?? [])
  for (const { sourceName, targetNode, way } of lines)
    say(`${clusterId}: ${sourceName} would go to ${targetNode} by ${way ?? 'no way'}`);

if (runId !== undefined) {
  for await (const { replicationRun: run } of watchRun(client, runId))
    say(
      run
        ? `${run.status} ${run.stepsDone} of ${run.stepsTotal} ${run.outcome ?? ''}`.trimEnd()
        : 'no such run',
    );
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
