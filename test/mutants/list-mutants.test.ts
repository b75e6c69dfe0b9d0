/** The changes that `npm run -s mutants` makes in rules. */
import { describe, expect, it } from 'vitest';
import { listMutants } from './list-mutants.ts';
import { applyMutant } from './mutant.ts';

/** What the body of a rule becomes, one change at a time. */
function change(rule: string): string[] {
  return listMutants('rule.ts', rule).map((mutant) => applyMutant(rule, mutant));
}

describe('changes of rules', () => {
  it.each([
    ['a < b;', ['((a) <= (b));']],
    ['a === b;', ['((a) !== (b));']],
    ['a && b;', ['((a) || (b));']],
    ['a ?? b;', ['a;']],
    ['!a;', ['(a);']],
    ['if (a) b();', ['if (!(a)) b();']],
    ['a ? b : c;', ['!(a) ? b : c;']],
    ['(a = 1) => a;', ['(a) => a;']],
    ['f(true);', ['f(false);']],
    ['list.some(f);', ['list.every(f);']],
  ])('%s', (rule, changed) => {
    expect(change(rule)).toEqual(changed);
  });

  it('is made in no type, no import and no text', () => {
    expect(
      change("import a from 'b'; type T = A extends B ? true : false; const c: 1 | true = 'x < y';"),
    ).toEqual([]);
    expect(change('const a = b as true | false;')).toEqual([]);
  });

  it('tells the line', () => {
    expect(listMutants('rule.ts', 'f();\n\ng(a > b);')).toMatchObject([{ file: 'rule.ts', line: 3 }]);
  });
});
