import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  formatToken,
  formatTokenId,
  isUser,
  ownerOf,
  parseToken,
  parseTokenId,
  realmOf,
} from '../../src/names/account.ts';

const name = fc.stringMatching(/^[^\s:/]{1,20}$/);
const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9.\-_]{1,10}$/);
const user = fc.tuple(name, word).map(([name, realm]) => `${name}@${realm}`);

describe('a user', () => {
  it.each(['root@pam', 'jane.doe@example.com@entra', 'a=b!c@pve'])('is %s', (text) => {
    expect(isUser(text)).toBe(true);
  });

  it.each(['root', '@pam', 'root@', 'root@p', 'a b@pam', 'a/b@pam', 'a:b@pam', 'root@1pam'])(
    'is not %j',
    (text) => {
      expect(isUser(text)).toBe(false);
    },
  );

  it('has its realm behind the last @', () => {
    expect(realmOf('jane.doe@example.com@entra')).toBe('entra');
  });
});

describe('a token', () => {
  it('of a user with an @ in the name is taken apart', () => {
    expect(parseToken('jane.doe@example.com@entra!hub=0-1')).toEqual({
      user: 'jane.doe@example.com@entra',
      id: 'hub',
      secret: '0-1',
    });
  });

  it('may come as the header of a request', () => {
    expect(parseToken('PVEAPIToken=root@pam!hub=0-1')).toEqual({
      user: 'root@pam',
      id: 'hub',
      secret: '0-1',
    });
  });

  it.each(['', 'root@pam', 'root@pam!hub', 'root@pam!hub=', 'root!hub=1', 'root@pam!h=1', 'root@pam=1'])(
    'is not %j',
    (text) => {
      expect(parseToken(text)).toBeUndefined();
    },
  );

  it('is written as it was read, whatever its user is called', () => {
    fc.assert(
      fc.property(user, word, fc.uuid(), (user, id, secret) => {
        const token = { user, id, secret };
        expect(parseToken(formatToken(token))).toEqual(token);
        expect(parseTokenId(formatTokenId(token))).toEqual({ user, id });
        expect(ownerOf(formatTokenId(token))).toBe(user);
      }),
    );
  });

  it('is nobody’s name: a user owns itself', () => {
    expect(ownerOf('root@pam')).toBe('root@pam');
  });
});
