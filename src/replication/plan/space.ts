import type { ObservedStorage } from '../../inventory/observe/observation.ts';
import { keyOf } from './storage-map.ts';
import { isThin } from './storage-rules.ts';
import { refuse, type Route, type SpaceUse } from './route.ts';
import type { Reason, Warning } from './reason.ts';

/** What is free, less what the steps planned so far will take. */
export interface SpaceLedger {
  /** Why the route does not fit, or what it promises beyond what is free; with no reason its space is taken. */
  take(route: Route): { reason: Reason } | { warnings: Warning[] };
}

/** A storage's room, and what was promised of it. */
interface Account {
  free: number;
  thin: boolean;
  /** Virtual bytes by where they come from and go to. */
  promised: ReadonlyMap<string, { bytes: number; from: string }>;
}

type Verdict = { reason: Reason } | { warnings: Warning[]; account: Account };

/**
 * Begins with what the storages say. Where one does not say, anything fits. On thin storages only what is written takes
 * room: copies may be promised up to `overcommit` times what is free, or, where that is not given, as long as what
 * their source's storage holds altogether would fit.
 */
export function openLedger(storages: readonly ObservedStorage[], overcommit?: number): SpaceLedger {
  const accounts = openAccounts(storages);
  const used = measureUse(storages);
  const judge = (key: string, uses: readonly SpaceUse[], code: SpaceCode): Verdict | undefined => {
    const account = accounts.get(key);
    return account && judgeUse({ key, uses, code, account, used, overcommit });
  };
  return {
    take(route) {
      const stays = [...Map.groupBy(route.stays, ({ key }) => key)].map(
        ([key, uses]) => [key, judge(key, uses, 'NO_SPACE')] as const,
      );
      const passes = [...Map.groupBy(route.passes, ({ key }) => key)].map(([key, uses]) =>
        judge(key, uses, 'NO_SPACE_ON_SOURCE'),
      );
      const verdicts = [...stays.map(([, verdict]) => verdict), ...passes];
      const refused = verdicts.find((verdict) => verdict && 'reason' in verdict);
      if (refused && 'reason' in refused) return { reason: refused.reason };
      // What only passes through is gone before the next copy comes.
      for (const [key, verdict] of stays)
        if (verdict && 'account' in verdict) accounts.set(key, verdict.account);
      return {
        warnings: verdicts.flatMap((verdict) => (verdict && 'warnings' in verdict ? verdict.warnings : [])),
      };
    },
  };
}

type SpaceCode = 'NO_SPACE' | 'NO_SPACE_ON_SOURCE';

interface Judging {
  key: string;
  uses: readonly SpaceUse[];
  code: SpaceCode;
  account: Account;
  /** Bytes in use by storage. */
  used: ReadonlyMap<string, number>;
  overcommit?: number;
}

function judgeUse({ key, uses, code, account, used, overcommit }: Judging): Verdict {
  const next = { ...account, promised: promise(account, uses) };
  const bytes = sum([...next.promised.values()].map((one) => one.bytes));
  const { free, thin } = account;
  if (bytes <= free) return { warnings: [], account: next };
  const needs = `The copies planned for storage ${key} need ${gibibytes(bytes)}, and ${gibibytes(free)} are free`;
  if (!thin) return refuse(code, needs);
  const limit = `the policy's overcommit lets thin storages promise more than is free`;
  if (overcommit === undefined) {
    const written = measureWritten(next, used);
    if (written > free) return refuse(code, `${needs}; if they hold less than that, ${limit}`);
    const message = `${needs}: it holds as long as they stay thin (at most ${gibibytes(written)} are written today)`;
    return { warnings: [{ code: 'OVERCOMMITTED', message }], account: next };
  }
  if (bytes > overcommit * free)
    return refuse(code, `${needs}; ${limit}, but only ${overcommit} times as much`);
  const message = `${needs}: the policy's overcommit of ${overcommit} allows it, and it holds as long as they stay thin`;
  return { warnings: [{ code: 'OVERCOMMITTED', message }], account: next };
}

function promise({ promised }: Account, uses: readonly SpaceUse[]): Account['promised'] {
  const next = new Map(promised);
  for (const { from, target, bytes } of uses) {
    const group = `${from} ${target}`;
    next.set(group, { from, bytes: bytes + (next.get(group)?.bytes ?? 0) });
  }
  return next;
}

/** Copies of what lies on a storage never hold more than is written there, whatever their disks promise. */
function measureWritten({ promised }: Account, used: ReadonlyMap<string, number>): number {
  return sum(
    [...promised.values()].map(({ bytes, from }) =>
      Math.min(bytes, used.get(from) ?? Number.POSITIVE_INFINITY),
    ),
  );
}

/** What every node agrees on; where they do not, the least. */
function openAccounts(storages: readonly ObservedStorage[]): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const storage of storages) {
    const { available, type } = storage;
    const key = keyOf(storage);
    if (available === undefined) continue;
    const free = Math.min(available, accounts.get(key)?.free ?? Number.POSITIVE_INFINITY);
    accounts.set(key, { free, thin: isThin(type), promised: new Map() });
  }
  return accounts;
}

function measureUse(storages: readonly ObservedStorage[]): Map<string, number> {
  return new Map(
    storages.flatMap((storage) => {
      const { total, available } = storage;
      return total === undefined || available === undefined ? [] : [[keyOf(storage), total - available]];
    }),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function gibibytes(bytes: number): string {
  return `${(Math.max(0, bytes) / 2 ** 30).toFixed(1)} GiB`;
}
