import { describe, expect, test } from 'vitest';
import { Lab } from './support.ts';

const unknown = 'property is not defined in schema and the schema does not allow additional properties';
const lab = new Lab();

async function refusal(method: string, path: string, body?: Record<string, string>) {
  const { status, reason, errors } = await lab.call(method, path, body ? { body } : {});
  expect([status, reason]).toEqual([400, 'Parameter verification failed.']);
  return errors;
}

describe('parameter checks', () => {
  test('missing, unknown and mistyped parameters are all told at once', async () => {
    const errors = await refusal('POST', '/nodes/pve1/qemu/9000/clone', { bogus: '1', full: 'yes' });
    expect(errors).toEqual({
      bogus: unknown,
      full: "type check ('boolean') failed - got 'yes'",
      newid: 'property is missing and it is not optional',
    });
  });

  test.each([
    ['GET', '/cluster/nextid?vmid=50', { vmid: 'invalid format - value does not look like a valid VM ID\n' }],
    ['GET', '/cluster/nextid?vmid=abc', { vmid: "type check ('integer') failed - got 'abc'" }],
    ['GET', '/nodes/pve1/tasks?limit=-1', { limit: 'value must have a minimum value of 0' }],
    [
      'GET',
      '/nodes/pve1/tasks?source=other',
      { source: "value 'other' does not have a value in the enumeration 'archive, active, all'" },
    ],
    ['GET', '/cluster/resources?node=pve1', { node: unknown }],
    ['GET', '/nodes/pve1/tasks/garbage/status', { upid: 'unable to parse worker upid' }],
  ])('%s %s', async (method, path, errors) => {
    expect(await refusal(method, path)).toEqual(errors);
  });

  test.each([
    [{ tags: 'good;b@d' }, { tags: 'invalid format - invalid characters in tag\n' }],
    [{ name: 'under_score' }, { name: 'invalid format - value does not look like a valid DNS name\n' }],
    [{ cores: '0' }, { cores: 'value must have a minimum value of 1' }],
    [{ description: 'x'.repeat(8193) }, { description: 'value may only be 8192 characters long' }],
    [{ scsi31: 'local:1' }, { scsi31: unknown }],
    [
      { scsi1: 'local:1,colour=red' },
      { scsi1: `invalid format - format error\nscsi1.colour: ${unknown}\n\n` },
    ],
    [{ force: '1' }, { delete: "missing property - 'force' requires this property" }],
  ])('PUT config %o', async (body, errors) => {
    expect(await refusal('PUT', '/nodes/pve1/qemu/100/config', body)).toEqual(errors);
  });

  test('JSON bodies may carry numbers, booleans and lists', async () => {
    const response = await lab.simulator.handle({
      method: 'GET',
      path: '/api2/json/cluster/nextid?vmid=150',
      headers: { authorization: 'PVEAPIToken=root@pam!full=full-secret' },
    });
    expect(JSON.parse(response.body)).toEqual({ data: '150' });
  });

  test('what is not simulated answers 501', async () => {
    for (const path of ['/nodes/pve1/qemu/100/agent', '/nodes/pve1/nosuch', '/nosuch']) {
      const { status, reason, message } = await lab.call('GET', path);
      expect([status, reason, message]).toEqual([
        501,
        `Method 'GET ${path}' not implemented`,
        `Method 'GET ${path}' not implemented`,
      ]);
    }
  });

  test('the HTTP layer refuses in plain text', async () => {
    const headers = { authorization: 'PVEAPIToken=root@pam!full=full-secret' };
    const send = async (method: string, body: string, type: string) => {
      const path = '/api2/json/nodes/pve1/qemu/100';
      const answer = await lab.simulator.handle({
        method,
        path,
        headers: { ...headers, 'content-type': type },
        body,
      });
      return [answer.status, answer.reason, answer.body];
    };
    const unexpected = "Unexpected content for method 'DELETE'";
    expect(await send('DELETE', 'purge=1', 'application/x-www-form-urlencoded')).toEqual([
      501,
      unexpected,
      unexpected,
    ]);
    expect((await send('POST', 'x', 'text/plain')).slice(0, 2)).toEqual([
      506,
      "upload 'Content-Type 'text/plain' not implemented",
    ]);
    expect((await send('POST', '{bad', 'application/json'))[0]).toBe(500);
    expect((await send('PATCH', '', 'text/plain')).slice(0, 2)).toEqual([
      501,
      "method 'PATCH' not available",
    ]);
    expect((await send('POST', `x=${'y'.repeat(600_000)}`, 'application/x-www-form-urlencoded'))[1]).toBe(
      'for data too large',
    );
  });
});
