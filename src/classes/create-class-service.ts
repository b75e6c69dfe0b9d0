import { attachMachine } from './attach-machine.ts';
import type { ClassContext } from './class-context.ts';
import type { ClassService } from './class-service.ts';
import { createClass } from './create-class.ts';
import { deleteClass } from './delete-class.ts';
import { addStudents, deployClass } from './deploy-class.ts';
import { registerClassTemplate } from './register-class-template.ts';
import { resetStudent } from './reset-student.ts';

/** The class service over a store, the replicator and the clusters' clients. */
export function createClassService(context: ClassContext): ClassService {
  return {
    createClass: (input) => createClass(context, input),
    deployClass: (input) => deployClass(context, input),
    addStudents: (input) => addStudents(context, input),
    resetStudent: (input) => resetStudent(context, input),
    deleteClass: (input) => deleteClass(context, input),
    registerClassTemplate: (input) => registerClassTemplate(context, input),
    attachMachine: (input) => attachMachine(context, input),
  };
}
