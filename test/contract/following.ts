import type { Difference } from './difference.ts';
import type { RecordedRequest } from './line-forms.ts';
import type { Exchange } from './recording.ts';
import type { ExchangeResult } from './result.ts';
import { announcedUpid, requestedUpid } from './scope.ts';

/**
 * Marks results whose differences come from those of an earlier exchange: it is the cause that is worth mending. What
 * was not done as recorded shows in its task, in its guests and in lists of them; and one question has one wrong answer
 * however often it is asked.
 */
export function markFollowing(results: readonly ExchangeResult[]): ExchangeResult[] {
  const subjects = new Subjects(results.map(({ exchange }) => exchange));
  const causes: ExchangeResult[] = [];
  return results.map((result) => {
    if (result.outcome !== 'different') return result;
    const cause = causes.find((one) => isSameAgain(one, result) || isLeftBy(one, result, subjects));
    if (cause !== undefined) return { ...result, follows: cause.exchange };
    causes.push(result);
    return result;
  });
}

function isSameAgain(cause: ExchangeResult, { exchange, differences }: ExchangeResult): boolean {
  const { method, path } = cause.exchange.request;
  const isSameQuestion = method === exchange.request.method && path === exchange.request.path;
  return isSameQuestion && JSON.stringify(cause.differences) === JSON.stringify(differences);
}

/** Whether the cause changed something otherwise than recorded, and the result is about nothing else. */
function isLeftBy(
  cause: ExchangeResult,
  { exchange, differences }: ExchangeResult,
  subjects: Subjects,
): boolean {
  if (!isChange(cause.exchange)) return false;
  const changed = subjects.of(cause.exchange);
  const asked = subjects.of(exchange);
  if (asked.size > 0) return !asked.isDisjointFrom(changed);
  return differences.length > 0 && differences.every((difference) => namesAny(difference, changed));
}

/** A request that changes something, or a question about its task. */
function isChange({ request }: Exchange): boolean {
  return request.method !== 'GET' || requestedUpid(request.path) !== undefined;
}

/** What exchanges are about: guests and tasks by their names. A task is about the guests of the request for it. */
class Subjects {
  readonly #requests = new Map<string, Exchange>();

  constructor(exchanges: readonly Exchange[]) {
    for (const exchange of exchanges) {
      const upid = announcedUpid(exchange.response.body);
      if (upid !== undefined) this.#requests.set(upid, exchange);
    }
  }

  of({ request, response }: Exchange): Set<string> {
    const upids = [requestedUpid(request.path), announcedUpid(response.body)].filter(
      (upid) => upid !== undefined,
    );
    const requests = [request, ...upids.flatMap((upid) => this.#requests.get(upid)?.request ?? [])];
    return new Set([...upids, ...requests.flatMap(listGuests)]);
  }
}

/** VMIDs that a request is about; of a clone the new one, because the source stays as it is. */
function listGuests({ method, path, body }: RecordedRequest): string[] {
  const named = [...`${path} ${body ?? ''}`.matchAll(/\b(?:newid|vmid)"?[=:]\s*"?(\d+)/g)].map(
    ([, vmid]) => vmid,
  );
  const isMaking = method === 'POST' && named.length > 0;
  const inPath = isMaking ? undefined : /\/(?:qemu|lxc)\/(\d+)/.exec(path)?.[1];
  return [inPath, ...named].filter((vmid) => vmid !== undefined);
}

/** Whether a difference within a list is about one of these. */
function namesAny({ where, recorded, replayed }: Difference, names: ReadonlySet<string>): boolean {
  const text = `${where} ${recorded ?? ''} ${replayed ?? ''}`;
  return [...names].some((name) => new RegExp(`(?<![\\w.-])${RegExp.escape(name)}(?![\\w.-])`).test(text));
}
