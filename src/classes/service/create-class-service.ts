import { isProxmoxError } from '../../proxmox/failures/proxmox-error.ts';
import { attachMachine } from './attach-machine.ts';
import type { ClassContext, OfflineContext } from '../class-context.ts';
import { ClassError } from '../class-error.ts';
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
    createClass: (input) => serve(() => createClass(requireOnline(context), input)),
    deployClass: (input) => serve(() => deployClass(requireOnline(context), input)),
    addStudents: (input) => serve(() => addStudents(requireOnline(context), input)),
    resetStudent: (input) => serve(() => resetStudent(requireOnline(context), input)),
    deleteClass: (input) => serve(() => deleteClass(requireOnline(context), input)),
    registerClassTemplate: (input) => serve(() => registerClassTemplate(context, input)),
    attachMachine: (input) => serve(() => attachMachine(requireOnline(context), input)),
  };
}

/** @throws ClassError OFFLINE */
function requireOnline(context: OfflineContext): ClassContext {
  const { replicator } = context;
  if (replicator !== undefined) return { ...context, replicator };
  throw new ClassError('OFFLINE', 'This server is offline and does not contact Proxmox.');
}

/** Proxmox is only asked before anything is begun, so its failures are refusals as well. */
async function serve<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (!isProxmoxError(error)) throw error;
    throw new ClassError('PROXMOX_FAILURE', `Nothing was begun. ${error.message}`, { cause: error });
  }
}
