import type { Command } from 'commander';
import { refuseUserErrors } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { classWorkFields, classWorkSchema, describeClassPlan, findClass, tellClass } from '../classes.ts';
import { followRuns, judgeRuns } from '../follow-runs.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { readCount } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';

interface WorkOptions extends ApiOptions {
  readonly dryRun?: boolean;
  readonly students?: number;
  readonly fullClones?: boolean;
  readonly refreshBase?: boolean;
}

/** One mutation that works on a class. */
interface Work {
  readonly mutation: string;
  readonly inputType: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** `hub class deploy|add-students|reset|delete`: each plans, does it as a run, and shows it. */
export function registerClassWork(group: Command, surroundings: Surroundings): void {
  addWork(group, 'deploy', 'make what is missing of a class; repeating it mends the class')
    .option('--students <number>', 'as many students from now on', readCount)
    .option('--full-clones', 'allow full copies where linked clones cannot be made')
    .action((classId: number, options: WorkOptions) => {
      const input = { classId, students: options.students, allowFullClones: options.fullClones };
      return carryOut(
        { mutation: 'deployClass', inputType: 'DeployClassInput', input },
        options,
        surroundings,
      );
    });
  addWork(group, 'add-students', 'machines for more students')
    .argument('<count>', 'how many more', readCount)
    .action((classId: number, count: number, options: WorkOptions) =>
      carryOut(
        { mutation: 'addStudents', inputType: 'AddStudentsInput', input: { classId, count } },
        options,
        surroundings,
      ),
    );
  addWork(group, 'reset', "replace students' machines by fresh ones")
    .argument('<number...>', "the students' numbers", collectCounts)
    .option('--refresh-base', 'from the original as it is now')
    .action((classId: number, numbers: readonly number[], options: WorkOptions) => {
      const input = { classId, numbers, refreshBase: options.refreshBase ?? false };
      return carryOut(
        { mutation: 'resetStudent', inputType: 'ResetStudentInput', input },
        options,
        surroundings,
      );
    });
  addWork(group, 'delete', 'remove what was made for a class; everything else stays').action(
    (classId: number, options: WorkOptions) =>
      carryOut(
        { mutation: 'deleteClass', inputType: 'DeleteClassInput', input: { classId } },
        options,
        surroundings,
      ),
  );
}

function addWork(group: Command, name: string, description: string): Command {
  const command = group
    .command(name)
    .description(description)
    .argument('<class>', 'number of the class', readCount);
  return addApiOptions(command.option('--dry-run', 'only say what would be done'));
}

function collectCounts(text: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), readCount(text)];
}

async function carryOut(work: Work, options: WorkOptions, surroundings: Surroundings): Promise<void> {
  const { stdout } = surroundings;
  const document = `mutation ($input: ${work.inputType}!) { payload: ${work.mutation}(input: $input) { ${classWorkFields} } }`;
  await withApi(options, { ...surroundings, working: true }, async (api) => {
    const input = { ...work.input, dryRun: options.dryRun ?? false };
    const { payload } = await api.ask(document, { input }, classWorkSchema);
    refuseUserErrors(payload.userErrors);
    if (!options.json && payload.plan) writeBlocks(surroundings, describeClassPlan(payload.plan));
    const runs = payload.run ? await followRuns(api, [payload.run], { options, surroundings }) : [];
    const found = payload.class ? await findClass(api, payload.class.databaseId) : null;
    if (options.json) writeJson(stdout, { class: found, plan: payload.plan, run: runs[0] ?? null });
    else if (found && !options.dryRun) writeBlocks(surroundings, tellClass(found));
    judgeRuns(runs);
  });
}
