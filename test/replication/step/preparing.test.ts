import { expect, test } from 'vitest';
import { makeRecipeSchema, type MakeRecipeInput } from '../../../src/replication/recipe.ts';
import { computeChange } from '../../../src/replication/step/preparing.ts';
import { makeConfig } from '../support/sights.ts';

function change(options: Record<string, string>, recipe: MakeRecipeInput) {
  return computeChange(makeConfig(options), makeRecipeSchema.parse(recipe));
}

test('a CD drive is emptied, keys are set and taken out, and protection never stays on a copy that is being made', () => {
  const options = { ide2: 'local:iso/a.iso,media=cdrom', onboot: '1', protection: '1', cores: '2' };
  expect(
    change(options, { detach: ['ide2', 'ide3'], remove: ['onboot', 'hookscript'], set: { cores: '4' } }),
  ).toEqual({
    set: { ide2: 'none,media=cdrom', cores: '4' },
    remove: ['onboot', 'protection'],
  });
});

test('what is there already is not written again', () => {
  const recipe = { detach: ['ide2'], remove: ['onboot'], set: { tags: 'B;a' } };
  expect(change({ ide2: 'none,media=cdrom', tags: 'a;b' }, recipe)).toBeUndefined();
});
