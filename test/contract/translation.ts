import { pairElements } from './pair.ts';
import type { Json } from './json.ts';
import type { RecordedRequest } from './line-forms.ts';

const UPID = /^UPID:[^:\s]+:[0-9A-F]{8}:[0-9A-F]{8,9}:[0-9A-F]{8}:/i;

/** Other texts that are made anew in each run, and must be put in place of the recorded ones. */
const MADE_ANEW: readonly RegExp[] = [
  /^PVE:[^:\s]+:[0-9A-F]{8}::/i,
  /^[0-9A-F]{8}:[A-Za-z0-9+/=]{20,}$/i,
  /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i,
  /^[0-9a-f]{40}$/i,
];

/** A guest in a path or a parameter. */
const GUEST_IN_PATH = /(\/qemu\/|\bqemu%2F)(\d+)\b/gi;
const GUEST_IN_PARAMETER = /\b(vmid|newid)=(\d+)\b/g;

/**
 * What names in the recording are in the replay: tickets, CSRF tokens, secrets, UPIDs and digests, learnt from pairs
 * of answers, and guests that won a race which another one won in the recording.
 */
export class Translation {
  readonly #replayed = new Map<string, string>();
  /** Each recorded text, in every way it may be encoded, with what takes its place. */
  readonly #replacements = new Map<string, string>();
  readonly #recorded = new Map<string, string>();
  readonly #guests = new Map<string, string>();
  readonly #guestsBack = new Map<string, string>();

  /** The replay's text for a recorded one; undefined when it was never learnt. */
  replayedOf(recorded: string): string | undefined {
    return this.#replayed.get(recorded);
  }

  /** Notes that the recorded text is this one in the replay. The latest pair counts. */
  put(recorded: string, replayed: string): void {
    this.#replayed.set(recorded, replayed);
    for (const encode of [String, encodeURIComponent, encodeStrictly]) {
      this.#replacements.set(encode(recorded), encode(replayed));
    }
    this.#recorded.set(replayed, recorded);
  }

  /** Notes that what became of the recorded guest became of this guest in the replay. */
  putGuest(recorded: string, replayed: string): void {
    this.#guests.set(recorded, replayed);
    this.#guestsBack.set(replayed, recorded);
  }

  /** Learns every text made anew that stands at the same place of both bodies. */
  learn(recorded: Json, replayed: Json): void {
    if (typeof recorded === 'string' && typeof replayed === 'string') this.#learnText(recorded, replayed);
    else if (Array.isArray(recorded) && Array.isArray(replayed)) {
      const { pairs } = pairElements(recorded, replayed, this.readName);
      for (const pair of pairs) this.learn(pair.recorded, pair.replayed);
    } else if (isObject(recorded) && isObject(replayed)) {
      for (const [key, value] of Object.entries(recorded)) this.learn(value, replayed[key] ?? null);
    }
  }

  /** The recorded name for a name in the replay, for pairing lists. */
  readonly readName = (key: string, value: string | number): string | number => {
    if (key === 'vmid') return Number(this.#guestsBack.get(String(value)) ?? value);
    const text = String(value);
    const guest = key === 'id' ? /^(qemu\/)?(\d+)$/.exec(text) : null;
    if (guest !== null) return `${guest[1] ?? ''}${this.#guestsBack.get(guest[2] ?? '') ?? guest[2] ?? ''}`;
    return this.#recorded.get(text) ?? value;
  };

  /** The request as it must be sent in the replay. */
  translate(request: RecordedRequest): RecordedRequest {
    const body = request.body === null ? null : this.#translateText(this.#translateGuests(request.body));
    const headers = Object.entries(request.headers).map(([name, value]) => [
      name,
      this.#translateText(value),
    ]);
    const translated: RecordedRequest = {
      method: request.method,
      path: this.#translateText(this.#translateGuests(request.path)),
      headers: Object.fromEntries(headers),
      body,
    };
    return withLength(translated, request);
  }

  #learnText(recorded: string, replayed: string): void {
    if (MADE_ANEW.some((pattern) => pattern.test(recorded) && pattern.test(replayed)))
      this.put(recorded, replayed);
    if (!UPID.test(recorded) || !UPID.test(replayed)) return;
    // The answer that announced a task tells which it is; a list of tasks may only add others.
    if (!this.#replayed.has(recorded) && !this.#recorded.has(replayed)) this.put(recorded, replayed);
  }

  #translateText(text: string): string {
    let translated = text;
    for (const [old, now] of this.#replacements) {
      if (translated.includes(old)) translated = translated.replaceAll(old, () => now);
    }
    return translated;
  }

  #translateGuests(text: string): string {
    if (this.#guests.size === 0) return text;
    const put = (_: string, before: string, vmid: string) => `${before}${this.#guests.get(vmid) ?? vmid}`;
    return text
      .replaceAll(GUEST_IN_PATH, put)
      .replaceAll(GUEST_IN_PARAMETER, (_, name: string, vmid: string) => put(_, `${name}=`, vmid));
  }
}

/** A replaced text may have another length: a right Content-Length stays right, a wrong one stays wrong. */
function withLength(translated: RecordedRequest, recorded: RecordedRequest): RecordedRequest {
  const name = Object.keys(recorded.headers).find((key) => key.toLowerCase() === 'content-length');
  if (name === undefined || recorded.body === null || translated.body === null) return translated;
  if (Number(recorded.headers[name]) !== Buffer.byteLength(recorded.body)) return translated;
  const headers = { ...translated.headers, [name]: String(Buffer.byteLength(translated.body)) };
  return { ...translated, headers };
}

/** Percent-encodes all but letters, digits and `_.-~`, as other clients do. */
function encodeStrictly(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function isObject(value: Json): value is { [key: string]: Json } {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}
