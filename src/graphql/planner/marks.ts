import { joinParts, type Parts } from './parts.ts';
import type { Sql } from '../../store/sql/sql.ts';

/**
 * Values that the database does not write as they are answered, such as global ids and what is worked out by a function.
 * It writes what they are made of, as JSON between marks; what stands between marks is finished afterwards. JSON has no
 * such characters.
 */
const edge = '\u0001';
const middle = '\u0002';

/** Makes the final text of a value of what the database wrote. `now` gives epoch milliseconds. */
export type Finish = (written: string, now: () => number) => string;

/** The ways to finish values of one plan. */
export class Marks {
  readonly #ways: Finish[] = [];
  readonly #places = new Map<unknown, number>();

  /** Pieces of a value that is finished by `finish`; the same `key` means the same way. */
  mark(key: unknown, written: Parts, finish: Finish): Parts {
    let place = this.#places.get(key);
    if (place === undefined) {
      place = this.#ways.push(finish) - 1;
      this.#places.set(key, place);
    }
    return [`${edge}${place}${middle}`, ...written, edge];
  }

  /** The same as an expression. */
  markSql(key: unknown, written: Sql, finish: Finish): Sql {
    return joinParts(this.mark(key, [written], finish));
  }

  /** Finishes what stands between marks. */
  finish(text: string, now: () => number): string {
    if (!text.includes(edge)) return text;
    const pieces = text.split(edge);
    for (let place = 1; place < pieces.length; place += 2) {
      const piece = pieces[place] ?? '';
      const end = piece.indexOf(middle);
      const way = this.#ways[Number(piece.slice(0, end))];
      if (!way) throw new TypeError('a mark without a way to finish it');
      pieces[place] = way(piece.slice(end + 1), now);
    }
    return pieces.join('');
  }
}

/** What is found in the store is to be told by the resolvers: they make an error of it. */
export class LeaveAlone extends Error {}
