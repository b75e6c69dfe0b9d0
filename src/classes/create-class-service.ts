import { attachMachine } from './attach-machine.ts';
import type { ClassContext, OfflineContext } from './class-context.ts';
import { ClassError } from './class-error.ts';
import type { ClassService } from './class-service.ts';
import { createClass } from './create-class.ts';
import { deleteClass } from './delete-class.ts';
import { addStudents, deployClass } from './deploy-class.ts';
import { registerClassTemplate } from './register-class-template.ts';
import { resetStudent } from './reset-student.ts';

/**
 * The class service over a store, the replicator and the clusters' clients. Without a replicator the server is offline:
 * then only `registerClassTemplate` works, everything else is refused with OFFLINE.
 */
export function createClassService(context: OfflineContext): ClassService {
  return {
    createClass: async (input) => createClass(requireOnline(context), input),
    deployClass: async (input) => deployClass(requireOnline(context), input),
    addStudents: async (input) => addStudents(requireOnline(context), input),
    resetStudent: async (input) => resetStudent(requireOnline(context), input),
    deleteClass: async (input) => deleteClass(requireOnline(context), input),
    registerClassTemplate: (input) => registerClassTemplate(context, input),
    attachMachine: async (input) => attachMachine(requireOnline(context), input),
  };
}

function requireOnline(context: OfflineContext): ClassContext {
  const { replicator } = context;
  if (replicator !== undefined) return { ...context, replicator };
  throw new ClassError('OFFLINE', 'This server is offline and does not contact Proxmox.');
}
