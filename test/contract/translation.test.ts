import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import type { RecordedRequest } from './line-forms.ts';
import { Translation } from './translation.ts';

const request = (changed: Partial<RecordedRequest>): RecordedRequest => ({
  method: 'GET',
  path: '/api2/json/version',
  headers: {},
  body: null,
  ...changed,
});

const upid = (pid: number, user = 'root@pam') =>
  `UPID:pve1:${pid.toString(16).toUpperCase().padStart(8, '0')}:00037FD3:6B035940:qmclone:9000:${user}:`;

describe('Translation', () => {
  it('learns what stands at the same place, and only what is made anew', () => {
    const translation = new Translation();
    const digest = 'a'.repeat(40);
    translation.learn(
      { data: { upid: upid(1), name: 'old', digest } },
      { data: { upid: upid(2), name: 'new', digest: 'b'.repeat(40) } },
    );
    expect(translation.replayedOf(upid(1))).toBe(upid(2));
    expect(translation.replayedOf(digest)).toBe('b'.repeat(40));
    expect(translation.replayedOf('old')).toBeUndefined();
  });

  it.each<[string, (text: string) => string]>([
    ['raw', (text) => text],
    ['percent-encoded', encodeURIComponent],
    ['percent-encoded with exclamation marks', (text) => encodeURIComponent(text).replaceAll('!', '%21')],
  ])('finds a UPID that is %s in the path', (_, encode) => {
    const translation = new Translation();
    translation.put(upid(1, 'root@pam!full'), upid(2, 'root@pam!full'));
    const path = (text: string) => `/api2/json/nodes/pve1/tasks/${encode(text)}/status`;
    const translated = translation.translate(request({ path: path(upid(1, 'root@pam!full')) }));
    expect(translated.path).toBe(path(upid(2, 'root@pam!full')));
  });

  it('keeps a right Content-Length right and a wrong one wrong', () => {
    const translation = new Translation();
    translation.put('6B035940:abcdefghijklmnopqrstuvwxyz', '6B035940:short');
    const body = 'password=6B035940:abcdefghijklmnopqrstuvwxyz';
    const send = (length: number) =>
      translation.translate(request({ body, headers: { 'Content-Length': String(length) } }));
    expect(send(body.length).headers['Content-Length']).toBe(String('password=6B035940:short'.length));
    expect(send(3).headers['Content-Length']).toBe('3');
  });

  it('puts the guest that won in the place of the recorded winner, both ways', () => {
    const translation = new Translation();
    translation.putGuest('302', '301');
    const translated = translation.translate(
      request({ path: '/api2/json/nodes/pve1/qemu/302/config', body: 'newid=302&name=x302' }),
    );
    expect(translated).toMatchObject({
      path: '/api2/json/nodes/pve1/qemu/301/config',
      body: 'newid=301&name=x302',
    });
    expect(translation.readName('vmid', 301)).toBe(302);
    expect(translation.readName('id', 'qemu/301')).toBe('qemu/302');
    expect(translation.readName('vmid', 9000)).toBe(9000);
  });

  it('changes nothing that it has not learnt', () => {
    const translation = new Translation();
    translation.put(upid(1), upid(2));
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, body) => {
        fc.pre(!path.includes('UPID') && !body.includes('UPID'));
        expect(translation.translate(request({ path, body }))).toEqual(request({ path, body }));
      }),
    );
  });
});
