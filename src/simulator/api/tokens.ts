import type { Token } from '../access/access-book.ts';
import { refuse, refuseParameters } from '../errors.ts';
import type { ApiCall, Handlers } from './call.ts';

const base = '/access/users/{userid}/token';

/** API tokens of users. The secret is shown once, at creation. */
export const tokenHandlers: Handlers = {
  [`GET ${base}`]: ({ cluster, parameters }) =>
    cluster.access
      .listTokens(parameters.require('userid'))
      .map((token) => ({ tokenid: token.id, ...describeToken(token) })),
  [`GET ${base}/{tokenid}`]: (call) => describeToken(requireToken(call)),
  [`POST ${base}/{tokenid}`]: createToken,
  [`PUT ${base}/{tokenid}`]: updateToken,
  [`DELETE ${base}/{tokenid}`]: (call) => {
    const token = requireToken(call);
    call.cluster.access.removeToken(token.user, token.id);
    return null;
  },
};

function describeToken(token: Token): object {
  return {
    expire: token.expire,
    privsep: token.privsep ? 1 : 0,
    ...(token.comment === undefined ? {} : { comment: token.comment }),
  };
}

function requireToken({ cluster, parameters }: ApiCall): Token {
  const [user, id] = [parameters.require('userid'), parameters.require('tokenid')];
  const token = cluster.access.findToken(user, id);
  if (!token) throw refuse(`no such token '${id}' for user '${user}'`);
  return token;
}

function createToken({ cluster, parameters }: ApiCall): object {
  const [user, id] = [parameters.require('userid'), parameters.require('tokenid')];
  if (!cluster.access.users.has(user)) throw refuse(`no such user ('${user}')`);
  if (cluster.access.findToken(user, id)) throw refuseParameters({ tokenid: 'Token already exists.' });
  const secret = cluster.randomUuid();
  cluster.access.setToken(readToken(parameters, { user, id, secret, privsep: true, expire: 0 }));
  // The numbers come back as they were sent: as text.
  const sent = ['comment', 'expire', 'privsep'].filter((name) => parameters.has(name));
  const info = Object.fromEntries(sent.map((name) => [name, parameters.text(name)]));
  const shown = { ...info, ...(parameters.has('privsep') ? {} : { privsep: 1 }) };
  return { 'full-tokenid': `${user}!${id}`, info: shown, value: secret };
}

function updateToken(call: ApiCall): object {
  const token = readToken(call.parameters, requireToken(call));
  call.cluster.access.setToken(token);
  return describeToken(token);
}

function readToken(parameters: ApiCall['parameters'], token: Token): Token {
  return {
    ...token,
    privsep: parameters.flag('privsep') ?? token.privsep,
    expire: parameters.integer('expire') ?? token.expire,
    comment: parameters.text('comment') ?? token.comment,
  };
}
