import type { Machine } from './machine.ts';
import type { Answer } from './compare.ts';
import { type Credentials, decodeLoosely, readCredentials, readHeader } from './credentials.ts';
import { toText } from './json.ts';
import type { Caller, RecordedRequest } from './line-forms.ts';
import type { Exchange, Series } from './recording.ts';
import type { Translation } from './translation.ts';

const CONTRACT_PASSWORD = 'contract-password';

type Headers = Readonly<Record<string, string>>;

/**
 * The callers of a series. A ticket or a secret that the recording uses with success but never shows being given was
 * got in an unrecorded login: it is got here in the same way. What the real server refused is sent as it is. Where the
 * recording only names its callers, what they would have sent is put in.
 */
export class Identities {
  readonly #machine: Machine;
  readonly #translation: Translation;
  readonly #accepted: ReadonlySet<string>;
  readonly #logins = new Map<string, Headers>();

  constructor(series: Series, machine: Machine, translation: Translation) {
    this.#machine = machine;
    this.#translation = translation;
    this.#accepted = collectAccepted(series);
  }

  /** The request with all that its caller presents, after that was made known to the simulator where it must be. */
  async complete(exchange: Exchange): Promise<RecordedRequest> {
    const { request, caller } = exchange;
    if (caller === undefined) {
      await this.#prepare(exchange);
      return request;
    }
    return { ...request, headers: { ...request.headers, ...(await this.#present(caller)) } };
  }

  /** Logs in and gives the headers of an unrecorded request of this user. */
  async login(id: string): Promise<Headers> {
    const password = await this.#passwordOf(id);
    const body = new URLSearchParams({ username: id, password }).toString();
    const headers = {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': String(body.length),
    };
    const request = { method: 'POST', path: '/api2/json/access/ticket', headers, body };
    const { ticket, csrf } = readLogin(await this.#machine.send(request, this.#machine.anyAddress));
    return { Cookie: `PVEAuthCookie=${encodeURIComponent(ticket)}`, CSRFPreventionToken: csrf };
  }

  async #present(caller: Caller): Promise<Headers> {
    if (caller.kind === 'nobody') return {};
    if (caller.kind === 'ticket') {
      const headers = this.#logins.get(caller.user) ?? (await this.login(caller.user));
      this.#logins.set(caller.user, headers);
      return headers;
    }
    const { user, id } = caller;
    const secret = this.#machine.token(user, id)?.secret ?? (await this.#giveToken(user, id));
    return { Authorization: `PVEAPIToken=${user}!${id}=${secret}` };
  }

  async #giveToken(user: string, id: string): Promise<string> {
    await this.#passwordOf(user);
    const secret = '00000000-0000-4000-8000-000000000000';
    await this.#machine.control({ do: 'set-token', token: { user, id, secret, privsep: false } });
    return secret;
  }

  /** Makes what this exchange presents known to the simulator, when the real server knew it. */
  async #prepare(exchange: Exchange): Promise<void> {
    const { ticket, token } = readCredentials(exchange.request);
    if (ticket !== undefined && this.#accepted.has(ticket)) await this.#prepareTicket(ticket, exchange);
    else if (token !== undefined && this.#accepted.has(token.secret)) await this.#prepareToken(token);
  }

  async #prepareTicket(ticket: string, exchange: Exchange): Promise<void> {
    const csrf = readHeader(exchange.request, 'csrfpreventiontoken');
    const isNewTicket = this.#translation.replayedOf(ticket) === undefined;
    const isNewCsrf =
      csrf !== undefined &&
      exchange.response.status !== 401 &&
      this.#translation.replayedOf(csrf) === undefined;
    if (!isNewTicket && !isNewCsrf) return;
    const headers = await this.login(ticket.split(':')[1] ?? '');
    const replayed = decodeLoosely((headers['Cookie'] ?? '').replace('PVEAuthCookie=', ''));
    if (isNewTicket) this.#translation.put(ticket, replayed);
    if (isNewCsrf) this.#translation.put(csrf, headers['CSRFPreventionToken'] ?? '');
  }

  async #prepareToken(token: NonNullable<Credentials['token']>): Promise<void> {
    if (this.#translation.replayedOf(token.secret) !== undefined) return;
    const known = this.#machine.token(token.user, token.id);
    if (known?.secret !== token.secret) {
      await this.#machine.control({ do: 'set-token', token: { privsep: false, ...known, ...token } });
    }
    this.#translation.put(token.secret, token.secret);
  }

  /** Of a user that is not there, or has no password, a new one: then the user is there. */
  async #passwordOf(id: string): Promise<string> {
    const user = this.#machine.user(id);
    if (user?.password !== undefined) return user.password;
    await this.#machine.control({ do: 'set-user', user: { ...user, id, password: CONTRACT_PASSWORD } });
    return CONTRACT_PASSWORD;
  }
}

/** Tickets and secrets that at least one answer other than 401 proves right. */
function collectAccepted(series: Series): Set<string> {
  const accepted = new Set<string>();
  for (const exchange of series.exchanges) {
    if (exchange.response.status === 401) continue;
    const { ticket, token } = readCredentials(exchange.request);
    if (ticket !== undefined) accepted.add(ticket);
    if (token !== undefined) accepted.add(token.secret);
  }
  return accepted;
}

function readLogin(answer: Answer): { ticket: string; csrf: string } {
  const { body } = answer;
  const data = body !== null && typeof body === 'object' && !Array.isArray(body) ? body['data'] : null;
  const login = data !== null && typeof data === 'object' && !Array.isArray(data) ? data : {};
  return { ticket: toText(login?.['ticket']), csrf: toText(login?.['CSRFPreventionToken']) };
}
