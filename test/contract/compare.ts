import { compareBodies, type BodyOptions } from './compare-body.ts';
import type { Difference } from './difference.ts';
import { maskText } from './masks.ts';
import { toText, type Json } from './json.ts';
import type { RecordedResponse } from './line-forms.ts';

/** An answer, recorded or replayed, in the one form that is compared. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  /** The parsed JSON, or the text itself when the answer is no JSON. */
  readonly body: Json;
  /** Whether `body` is parsed JSON. */
  readonly json: boolean;
}

/** A recorded answer in the form that is compared. */
export function readRecorded(response: RecordedResponse): Answer {
  const { status, reason, headers, body, raw_body: raw } = response;
  return raw === undefined
    ? { status, reason, headers, body, json: true }
    : { status, reason, headers, body: raw, json: false };
}

/** Headers whose value matters to a client. */
const VALUED = ['content-type', 'content-encoding', 'allow', 'location'] as const;
/** Headers whose value is new each time, so that only their presence is compared. */
const PRESENT = ['set-cookie', 'www-authenticate'] as const;

/** Everything in which a replayed answer differs from the recorded one; empty when they match. */
export function compareAnswers(recorded: Answer, replayed: Answer, options: BodyOptions): Difference[] {
  return [
    ...compareStatus(recorded, replayed),
    ...compareHeaders(recorded, replayed),
    ...compareContents(recorded, replayed, options),
  ];
}

function compareStatus(recorded: Answer, replayed: Answer): Difference[] {
  const differences: Difference[] = [];
  if (recorded.status !== replayed.status) {
    differences.push({
      kind: 'status',
      where: 'status',
      recorded: String(recorded.status),
      replayed: String(replayed.status),
    });
  }
  if (maskText(recorded.reason) !== maskText(replayed.reason)) {
    differences.push({
      kind: 'reason',
      where: 'reason',
      recorded: recorded.reason,
      replayed: replayed.reason,
    });
  }
  return differences;
}

function compareHeaders(recorded: Answer, replayed: Answer): Difference[] {
  const names = [...VALUED, ...PRESENT];
  return names.flatMap((name) => {
    const isValued = VALUED.some((valued) => valued === name);
    const [old, now] = [recorded, replayed].map((answer) => headerOf(answer, name));
    const same = isValued
      ? old?.toLowerCase() === now?.toLowerCase()
      : (old === undefined) === (now === undefined);
    return same ? [] : [{ kind: 'header' as const, where: `header ${name}`, recorded: old, replayed: now }];
  });
}

function compareContents(recorded: Answer, replayed: Answer, options: BodyOptions): Difference[] {
  if (recorded.json && replayed.json) return compareBodies(recorded.body, replayed.body, options);
  const [old, now] = [recorded, replayed].map(contentOf);
  if (recorded.json === replayed.json && maskText(old ?? '') === maskText(now ?? '')) return [];
  return [{ kind: 'body', where: 'body', recorded: old, replayed: now }];
}

function contentOf(answer: Answer): string {
  if (answer.json) return `JSON ${JSON.stringify(answer.body)}`;
  return answer.body === '' ? '(empty)' : toText(answer.body);
}

function headerOf(answer: Answer, name: string): string | undefined {
  return answer.headers.find(([key]) => key.toLowerCase() === name)?.[1];
}
