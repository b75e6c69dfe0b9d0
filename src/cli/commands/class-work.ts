import type { Command } from 'commander';
import { refuseUserErrors, type HubApi } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import {
  classWorkFields,
  classWorkSchema,
  describeClassPlan,
  findClass,
  tellClass,
  type ClassWork,
} from '../classes.ts';
import { CommandFailed } from '../cli-error.ts';
import { confirmByName } from '../confirm-by-name.ts';
import { addWatchOptions, followRuns, judgeRuns } from '../follow-runs.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { readCount } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';

interface WorkOptions extends ApiOptions {
  readonly dryRun?: boolean;
  readonly students?: number;
  readonly fullClones?: boolean;
  readonly refreshBase?: boolean;
  readonly yes?: boolean;
  readonly timeout?: number;
}

/** One mutation that works on a class. */
interface Work {
  readonly mutation: string;
  readonly inputType: string;
  readonly input: Readonly<Record<string, unknown>> & { readonly classId: number };
  /** Of work that removes machines that somebody may work with: the students meant, all when there are none. */
  readonly removes?: readonly number[];
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
    .option(...yesOption)
    .action((classId: number, numbers: readonly number[], options: WorkOptions) => {
      const input = { classId, numbers, refreshBase: options.refreshBase ?? false };
      const work = { mutation: 'resetStudent', inputType: 'ResetStudentInput', input, removes: numbers };
      return carryOut(work, options, surroundings);
    });
  addWork(group, 'delete', 'remove what was made for a class; everything else stays')
    .option(...yesOption)
    .action((classId: number, options: WorkOptions) => {
      const work = {
        mutation: 'deleteClass',
        inputType: 'DeleteClassInput',
        input: { classId },
        removes: [],
      };
      return carryOut(work, options, surroundings);
    });
}

const yesOption = ['--yes', 'do not ask; needed where there is no terminal'] as const;

function addWork(group: Command, name: string, description: string): Command {
  const command = group
    .command(name)
    .description(description)
    .argument('<class>', 'number of the class', readCount);
  return addApiOptions(addWatchOptions(command).option('--dry-run', 'only say what would be done'));
}

function collectCounts(text: string, before: readonly number[] | undefined): number[] {
  return [...(before ?? []), readCount(text)];
}

async function carryOut(work: Work, options: WorkOptions, surroundings: Surroundings): Promise<void> {
  await withApi(options, { ...surroundings, working: true }, async (api) => {
    const confirm = await confirmWork(api, work, { options, surroundings });
    const said = { dryRun: options.dryRun ?? false, ...(confirm !== undefined && { confirm }) };
    const payload = await ask(api, work, said);
    await showOutcome(api, payload, { options, surroundings });
  });
}

interface Working {
  readonly options: WorkOptions;
  readonly surroundings: Surroundings;
}

/** What the API wants to hear where guests go: the name of the class, which a person has said by `--yes` or by typing. */
async function confirmWork(
  api: HubApi,
  work: Work,
  { options, surroundings }: Working,
): Promise<string | undefined> {
  const { removes, input } = work;
  if (removes === undefined || options.dryRun) return undefined;
  const found = await findClass(api, input.classId);
  if (found === null) throw new CommandFailed('CLASS_NOT_FOUND', `there is no class ${input.classId}`);
  const { name, machines } = found;
  const students = removes.map((number) => machines.find((machine) => machine.number === number)?.name);
  const [only, ...others] = students.flatMap((student) => student ?? []);
  const what =
    removes.length === 0
      ? `remove all that was made for class ${name}`
      : `replace ${students.length} machines of class ${name}`;
  const names = only !== undefined && others.length === 0 ? [name, only] : [name];
  await confirmByName({ options, what, names }, surroundings);
  return name;
}

async function ask(
  api: HubApi,
  { mutation, inputType, input }: Work,
  said: { confirm?: string; dryRun: boolean },
): Promise<ClassWork> {
  const document = `mutation ($input: ${inputType}!) { payload: ${mutation}(input: $input) { ${classWorkFields} } }`;
  const { payload } = await api.ask(document, { input: { ...input, ...said } }, classWorkSchema);
  refuseUserErrors(payload.userErrors);
  return payload;
}

async function showOutcome(
  api: HubApi,
  payload: ClassWork,
  { options, surroundings }: Working,
): Promise<void> {
  const { stdout } = surroundings;
  if (!options.json && payload.plan) writeBlocks(surroundings, describeClassPlan(payload.plan));
  const runs = payload.run ? await followRuns(api, [payload.run], { options, surroundings }) : [];
  const found = payload.class ? await findClass(api, payload.class.databaseId) : null;
  if (options.json) writeJson(stdout, { class: found, plan: payload.plan, run: runs[0] ?? null });
  else if (found && !options.dryRun) writeBlocks(surroundings, tellClass(found));
  judgeRuns(runs);
}
