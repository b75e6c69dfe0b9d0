import { createHmac, timingSafeEqual } from 'node:crypto';

const lifeSeconds = 7200;
const graceSeconds = 300;

/** Gives and checks tickets and CSRF tokens of a cluster; every node accepts them. */
export class TicketOffice {
  readonly #secret: string;
  #generation = 0;

  constructor(secret: string) {
    this.#secret = secret;
  }

  /** `PVE:<user>:<hex time>::<signature>`; `now` in epoch seconds. */
  issueTicket(user: string, now: number): string {
    const data = `PVE:${user}:${formatTime(now)}`;
    return `${data}::${this.#sign(data, 'ticket', 256)}`;
  }

  /** The user a ticket was given to, or undefined when it is forged or too old. */
  checkTicket(ticket: string, now: number): string | undefined {
    const match = /^(PVE:([^:]+@[^:]+):([0-9A-F]{8}))::(.+)$/.exec(ticket);
    if (!match) return undefined;
    const [, data = '', user, time = '', signature = ''] = match;
    if (!isSame(signature, this.#sign(data, 'ticket', 256))) return undefined;
    return isFresh(Number.parseInt(time, 16), now) ? user : undefined;
  }

  issueCsrf(user: string, now: number): string {
    const time = formatTime(now);
    return `${time}:${this.#sign(`${time}:${user}`, 'csrf', 32).replace(/=+$/, '')}`;
  }

  checkCsrf(token: string, user: string, now: number): boolean {
    const match = /^([0-9A-F]{8}):(.+)$/.exec(token);
    if (!match) return false;
    const [, time = '', signature = ''] = match;
    const expected = this.#sign(`${time}:${user}`, 'csrf', 32).replace(/=+$/, '');
    return isSame(signature, expected) && isFresh(Number.parseInt(time, 16), now);
  }

  /** Makes everything issued so far invalid. */
  expireAll(): void {
    this.#generation += 1;
  }

  #sign(data: string, purpose: string, bytes: number): string {
    const parts: Buffer[] = [];
    for (let round = 0; round * 32 < bytes; round += 1) {
      const key = `${this.#secret} ${purpose} ${this.#generation} ${round}`;
      parts.push(createHmac('sha256', key).update(data).digest());
    }
    return Buffer.concat(parts).subarray(0, bytes).toString('base64');
  }
}

function formatTime(seconds: number): string {
  return Math.floor(seconds).toString(16).toUpperCase().padStart(8, '0');
}

function isFresh(time: number, now: number): boolean {
  return now - time <= lifeSeconds && now - time >= -graceSeconds;
}

function isSame(left: string, right: string): boolean {
  const [a, b] = [Buffer.from(left), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
