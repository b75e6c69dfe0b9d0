import { describe, expect, test } from 'vitest';
import { Lab, makeCluster } from './support.ts';

describe('login', () => {
  test('a ticket with its CSRF token works on every node, for two hours', async () => {
    const lab = new Lab();
    const headers = await lab.login('root@pam', 'secret');
    expect((await lab.call('GET', '/version', { headers, node: 'pve2' })).status).toBe(200);
    const { csrfpreventiontoken: _csrf, ...bare } = headers;
    const refused = await lab.call('POST', '/pools', { headers: bare, body: { poolid: 'p1' } });
    expect([refused.status, refused.reason, refused.raw.body]).toEqual([
      401,
      'Permission denied - invalid csrf token',
      '',
    ]);
    expect((await lab.call('POST', '/pools', { headers, body: { poolid: 'p1' } })).status).toBe(200);
    await lab.clock.advance(7_201_000);
    expect((await lab.call('GET', '/version', { headers })).status).toBe(401);
  });

  test('a ticket is renewed by itself, and not once expired', async () => {
    const lab = new Lab();
    const { cookie = '' } = await lab.login('low@pve', 'low-secret');
    const ticket = decodeURIComponent(cookie.replace('PVEAuthCookie=', ''));
    const body = { username: 'low@pve', password: ticket };
    expect((await lab.call('POST', '/access/ticket', { body, headers: {} })).status).toBe(200);
    await lab.control({ do: 'expire-tickets' });
    expect((await lab.call('POST', '/access/ticket', { body, headers: {} })).status).toBe(401);
  });

  test.each([
    ['wrong password', { username: 'root@pam', password: 'wrong' }],
    ['unknown user', { username: 'nobody@pve', password: 'x' }],
    ['no realm', { username: 'root', password: 'secret' }],
  ])('%s: the same refusal, three seconds later', async (_what, body) => {
    const lab = new Lab();
    const before = lab.clock.now();
    const refused = await lab.call('POST', '/access/ticket', { body, headers: {} });
    expect([refused.status, refused.reason, refused.message]).toEqual([
      401,
      'authentication failure',
      'authentication failure\n',
    ]);
    expect(lab.clock.now() - before).toBe(3000);
  });

  test('a token works with = and blank, and is refused when wrong or expired', async () => {
    const lab = new Lab(
      makeCluster({
        tokens: [
          { user: 'root@pam', id: 'good', secret: 's1', privsep: false },
          { user: 'root@pam', id: 'old', secret: 's2', privsep: false, expire: 1 },
        ],
      }),
    );
    const attempt = async (authorization: string) => {
      const { status, reason } = await lab.call('GET', '/version', { headers: { authorization } });
      return `${status} ${reason}`;
    };
    expect(await attempt('PVEAPIToken=root@pam!good=s1')).toBe('200 OK');
    expect(await attempt('PVEAPIToken root@pam!good=s1')).toBe('200 OK');
    expect(await attempt('PVEAPIToken=root@pam!good=other')).toBe('401 Authentication failed!');
    expect(await attempt('PVEAPIToken=root@pam!old=s2')).toBe('401 Authentication failed!');
    expect(await attempt('Bearer x')).toBe('401 No ticket');
  });

  test('a token may not ask for a ticket of its own rights', async () => {
    const lab = new Lab();
    const made = await lab.call('POST', '/access/users/low@pve/token/mine', { body: { privsep: '0' } });
    expect(made.data).toMatchObject({ 'full-tokenid': 'low@pve!mine', info: { privsep: '0' } });
    const again = await lab.call('POST', '/access/users/low@pve/token/mine', { body: { privsep: '0' } });
    expect(again.errors).toEqual({ tokenid: 'Token already exists.' });
  });
});
