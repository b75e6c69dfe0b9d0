import type { Command } from 'commander';
import { z } from 'zod';
import { refuseUserErrors, userErrorsSchema } from '../api/hub-api.ts';
import { addApiOptions, withApi, type ApiOptions } from '../api/open-api.ts';
import { classFields, classSchema, describeClasses, findClass, listClasses, tellClass } from '../classes.ts';
import { CommandFailed } from '../cli-error.ts';
import { writeBlocks, writeJson } from '../output.ts';
import { readCount, readVmid } from '../request-options.ts';
import type { Surroundings } from '../surroundings.ts';
import { registerClassWork } from './class-work.ts';

interface CreateOptions extends ApiOptions {
  readonly cluster: string;
  readonly source: number;
  readonly teacher?: string;
  readonly students?: number;
  readonly node?: readonly string[];
  readonly pool?: string;
  readonly pattern?: string;
  readonly teacherMachine?: boolean;
  readonly start?: boolean;
}

const createExample = `
Example:
  hub class create "Rust 101" --cluster lab --source 9000 --students 20
  hub class deploy 1
`;

/** `hub class …`: a teacher's machine, bases and students' machines. */
export function registerClass(program: Command, surroundings: Surroundings): void {
  const group = program
    .command('class')
    .description("classes: a teacher's machine, bases, students' machines");
  addApiOptions(group.command('list').description('all classes')).action((options: ApiOptions) =>
    printClasses(options, surroundings),
  );
  const show = group
    .command('show')
    .description('a class with its machines')
    .argument('<class>', 'number of the class', readCount);
  addApiOptions(show).action((id: number, options: ApiOptions) => printClass(id, options, surroundings));
  const create = group
    .command('create')
    .description('book a class; deploy makes its machines')
    .argument('<name>', 'its name')
    .requiredOption('--cluster <id>', 'the cluster it lives on')
    .requiredOption('--source <vmid>', 'the original template', readVmid)
    .option('--teacher <name>', "the teacher's name")
    .option('--students <number>', 'how many students', readCount)
    .option('--node <name...>', "nodes for students' machines; all when absent")
    .option('--pool <id>', 'pool that its machines belong to')
    .option('--pattern <pattern>', "names of students' machines, for instance <class>-<nn>")
    .option('--start', "start students' machines when they are made")
    .option('--no-teacher-machine', 'without a machine for the teacher')
    .addHelpText('after', createExample);
  addApiOptions(create).action((name: string, options: CreateOptions) =>
    createClass(name, options, surroundings),
  );
  registerClassWork(group, surroundings);
}

async function printClasses(options: ApiOptions, surroundings: Surroundings): Promise<void> {
  const classes = await withApi(options, surroundings, listClasses);
  if (options.json) return writeJson(surroundings.stdout, classes);
  writeBlocks(surroundings, describeClasses(classes));
}

async function printClass(id: number, options: ApiOptions, surroundings: Surroundings): Promise<void> {
  const found = await withApi(options, surroundings, (api) => findClass(api, id));
  if (!found) throw new CommandFailed('CLASS_NOT_FOUND', `there is no class ${id}`);
  if (options.json) return writeJson(surroundings.stdout, found);
  writeBlocks(surroundings, tellClass(found));
}

const createDocument = `mutation ($input: CreateClassInput!) {
  createClass(input: $input) { class { ${classFields} } userErrors { code message } }
}`;

async function createClass(name: string, options: CreateOptions, surroundings: Surroundings): Promise<void> {
  const schema = z.object({
    createClass: z.object({ class: classSchema.nullable(), userErrors: userErrorsSchema }),
  });
  const { cluster, source, teacher, students, node, pool, pattern, teacherMachine, start } = options;
  const given = { teacher, students, nodes: node, pool, namePattern: pattern, teacherMachine, start };
  const input = { name, clusterId: cluster, sourceVmid: source, ...given };
  const answer = await withApi(options, { ...surroundings, deciding: true }, (api) =>
    api.ask(createDocument, { input }, schema),
  );
  refuseUserErrors(answer.createClass.userErrors);
  const made = answer.createClass.class;
  if (options.json) return writeJson(surroundings.stdout, made);
  if (made) writeBlocks(surroundings, tellClass(made));
}
