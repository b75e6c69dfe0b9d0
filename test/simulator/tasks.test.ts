import { gunzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Lab, makeCluster } from './support.ts';

const headersOf = (headers: readonly (readonly [string, string])[]) =>
  Object.fromEntries(headers.filter(([name]) => name.startsWith('Content-')));

async function fork(lab: Lab, body: Record<string, string>): Promise<string> {
  const { data } = await lab.call('POST', '/nodes/pve1/qemu/9000/clone', { body });
  const upid = z.string().parse(data);
  await lab.control({ do: 'wait-task', upid });
  return upid;
}

describe('the log of a task as a file', () => {
  test('is text, with a name that tells which task', async () => {
    const lab = new Lab();
    const upid = await fork(lab, { newid: '101', full: '1' });
    await lab.control({ do: 'wait-task', upid });
    const short = await lab.run('POST', '/nodes/pve1/qemu/101/template');
    const tasks = z
      .array(z.object({ upid: z.string(), type: z.string(), starttime: z.number() }))
      .parse((await lab.call('GET', '/nodes/pve1/tasks?typefilter=qmtemplate')).data);
    const [task] = tasks;
    const { raw } = await lab.call('GET', `/nodes/pve1/tasks/${task?.upid}/log?download=1`);
    expect(raw.body).toBe(`${short.log.join('\n')}\n`);
    const started = new Date((task?.starttime ?? 0) * 1000).toISOString().slice(0, 19);
    expect(headersOf(raw.headers)).toEqual({
      'Content-Type': 'text/plain',
      'Content-Disposition': `attachment; filename="task-pve1-qmtemplate-${started}Z.log"`,
      'Content-Length': String(raw.body.length),
    });
  });

  test('is compressed when it is long', async () => {
    const lab = new Lab();
    const upid = await fork(lab, { newid: '101', full: '1' });
    const { raw } = await lab.call('GET', `/nodes/pve1/tasks/${upid}/log?download=1`);
    expect(headersOf(raw.headers)).toMatchObject({ 'Content-Encoding': 'gzip' });
    expect(gunzipSync(raw.encoded ?? '').toString()).toBe(raw.body);
    expect(raw.body).toMatch(/^create full clone[^]*TASK OK\n$/);
  });

  test('is no page of it, and must exist', async () => {
    const lab = new Lab();
    const upid = await fork(lab, { newid: '101' });
    const { reason } = await lab.call('GET', `/nodes/pve1/tasks/${upid}/log?download=1&limit=5`);
    expect(reason).toBe("'download' cannot be used together with 'start' or 'limit' parameters");
    const never = 'UPID:pve1:00000001:00000001:6B03594A:qmclone:9000:root@pam:';
    expect((await lab.call('GET', `/nodes/pve1/tasks/${never}/log?download=1`)).reason).toBe(
      `Could not open file '/var/log/pve/tasks/A/${never}' - No such file or directory`,
    );
  });
});

describe('the log of a task that never was', () => {
  const line = { n: 1, t: 'unable to open file - No such file or directory' };

  test.each([
    ['8.4.21', line],
    ['9.2.11', [line]],
  ])('%s', async (version, expected) => {
    const never = 'UPID:pve1:00000001:00000001:6B03594A:qmclone:9000:root@pam:';
    const lab = new Lab(makeCluster({ version }));
    const { raw } = await lab.call('GET', `/nodes/pve1/tasks/${never}/log`);
    expect(JSON.parse(raw.body)).toEqual({ data: expected, total: 1 });
  });
});
