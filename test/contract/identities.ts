import type { Machine } from './machine.ts';
import type { Answer } from './compare.ts';
import { toText, type Exchange, type Series } from './recording.ts';
import type { Translation } from './translation.ts';

const TICKET = /(PVE:[^:\s]+@[^:\s]+:[0-9A-F]{8}::[A-Za-z0-9+/=]+)/i;
const TOKEN = /^PVEAPIToken[= ]([^!\s]+)!([^=\s]+)=([0-9a-f-]{36})$/i;
const CONTRACT_PASSWORD = 'contract-password';

/**
 * The callers of a series. A ticket or a secret that the recording uses with success but never shows being given was
 * got in an unrecorded login: it is got here in the same way. What the real server refused is sent as it is.
 */
export class Identities {
  readonly #machine: Machine;
  readonly #translation: Translation;
  readonly #accepted: ReadonlySet<string>;

  constructor(series: Series, machine: Machine, translation: Translation) {
    this.#machine = machine;
    this.#translation = translation;
    this.#accepted = collectAccepted(series);
  }

  /** Makes what this exchange presents known to the simulator, when the real server knew it. */
  async prepare(exchange: Exchange): Promise<void> {
    const { ticket, token } = readCredentials(exchange);
    if (ticket !== undefined && this.#accepted.has(ticket)) await this.#prepareTicket(ticket, exchange);
    else if (token !== undefined && this.#accepted.has(token.secret)) await this.#prepareToken(token);
  }

  /** Logs in and gives the headers of an unrecorded request of this user. */
  async login(id: string): Promise<Record<string, string>> {
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

  async #prepareTicket(ticket: string, exchange: Exchange): Promise<void> {
    const csrf = headerOf(exchange, 'csrfpreventiontoken');
    const isNewTicket = this.#translation.replayedOf(ticket) === undefined;
    const isNewCsrf =
      csrf !== undefined &&
      exchange.response.status !== 401 &&
      this.#translation.replayedOf(csrf) === undefined;
    if (!isNewTicket && !isNewCsrf) return;
    const headers = await this.login(ticket.split(':')[1] ?? '');
    const replayed = decodeURIComponent((headers['Cookie'] ?? '').replace('PVEAuthCookie=', ''));
    if (isNewTicket) this.#translation.put(ticket, replayed);
    if (isNewCsrf) this.#translation.put(csrf, headers['CSRFPreventionToken'] ?? '');
  }

  async #prepareToken(token: { user: string; id: string; secret: string }): Promise<void> {
    if (this.#translation.replayedOf(token.secret) !== undefined) return;
    const known = this.#machine.token(token.user, token.id);
    if (known?.secret !== token.secret) {
      await this.#machine.control({ do: 'set-token', token: { privsep: false, ...known, ...token } });
    }
    this.#translation.put(token.secret, token.secret);
  }

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
    const { ticket, token } = readCredentials(exchange);
    if (ticket !== undefined) accepted.add(ticket);
    if (token !== undefined) accepted.add(token.secret);
  }
  return accepted;
}

interface Credentials {
  readonly ticket?: string;
  readonly token?: { user: string; id: string; secret: string };
}

function readCredentials(exchange: Exchange): Credentials {
  const authorization = headerOf(exchange, 'authorization') ?? '';
  const cookie = decodeLoosely(headerOf(exchange, 'cookie') ?? authorization);
  const [, user, id, secret] = TOKEN.exec(decodeLoosely(authorization)) ?? [];
  const ticket = TICKET.exec(cookie)?.[1];
  if (user === undefined || id === undefined || secret === undefined) return { ticket };
  return { ticket, token: { user, id, secret } };
}

function readLogin(answer: Answer): { ticket: string; csrf: string } {
  const { body } = answer;
  const data = body !== null && typeof body === 'object' && !Array.isArray(body) ? body['data'] : null;
  const login = data !== null && typeof data === 'object' && !Array.isArray(data) ? data : {};
  return { ticket: toText(login?.['ticket']), csrf: toText(login?.['CSRFPreventionToken']) };
}

/** Decodes percent signs where they are valid: a ticket may be sent raw, and holds none then. */
function decodeLoosely(text: string): string {
  return text.replaceAll(/(?:%[0-9A-F]{2})+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch (error) {
      if (error instanceof URIError) return escaped;
      throw error;
    }
  });
}

function headerOf(exchange: Exchange, name: string): string | undefined {
  return Object.entries(exchange.request.headers).find(([key]) => key.toLowerCase() === name)?.[1];
}
