import type { RunRow } from '../../replication/rows.ts';
import type {
  AddStudentsInput,
  AttachMachineInput,
  CreateClassInput,
  DeleteClassInput,
  DeployClassInput,
  RegisterClassTemplateInput,
  ResetStudentInput,
} from './class-input.ts';
import type { ClassPlan } from '../plan/class-plan.ts';
import type { ClassRow, MachineRow, TemplateRow } from '../rows.ts';

/** What was ordered for a class, or, with `dryRun`, would be. */
export interface ClassAnswer {
  class: ClassRow;
  plan: ClassPlan;
  /** The run that carries the plan out; undefined with `dryRun` and when there was nothing to do. */
  run?: RunRow;
}

/**
 * Classes and their machines. Whatever changes Proxmox is a durable run of the replicator; the answer comes once it is
 * queued. Refusals are ClassErrors, and nothing was begun then.
 */
export interface ClassService {
  /** Books a class; nothing is made in Proxmox yet. Gives it a range of ids. */
  createClass(input: CreateClassInput): Promise<ClassRow>;
  /** Makes what is missing: bases, the teacher's machine, students' machines. Asking again mends a class. */
  deployClass(input: DeployClassInput): Promise<ClassAnswer>;
  /** The same with so many students more. */
  addStudents(input: AddStudentsInput): Promise<ClassAnswer>;
  /** Replaces students' machines by fresh ones, without touching the others. */
  resetStudent(input: ResetStudentInput): Promise<ClassAnswer>;
  /** Removes what was made for the class; everything else stays and is named in `plan.keep`. */
  deleteClass(input: DeleteClassInput): Promise<ClassAnswer>;
  /**
   * Records a template that exists as a base of the class, once Proxmox has confirmed it; a server that is offline
   * believes the caller. Deleting the class leaves it. Null when only checked (`dryRun`).
   */
  registerClassTemplate(input: RegisterClassTemplateInput): Promise<TemplateRow | null>;
  /** Books a machine that somebody else made for a class. Deleting the class leaves it. */
  attachMachine(input: AttachMachineInput): Promise<MachineRow>;
}
