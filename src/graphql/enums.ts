import * as stored from '../../prisma/generated/sqlite/enums.ts';
import { builder } from './builder.ts';

export const GuestKind = builder.enumType(stored.GuestKind, {
  name: 'GuestKind',
  description: 'What a guest is.',
  values: {
    QEMU: { description: 'A virtual machine.' },
    LXC: { description: 'A container.' },
  },
});

export const TemplateState = builder.enumType(stored.TemplateState, {
  name: 'TemplateState',
  description: 'What is known of a template at the moment.',
  values: {
    PRESENT: { description: 'The last scan that could have seen it saw it.' },
    MISSING: { description: 'A scan that saw everything no longer found it.' },
    OUTDATED: { description: 'A replica of an older generation of its source.' },
    ORPHANED: { description: 'A replica whose source no longer exists.' },
  },
});

export const ClusterStatus = builder.enumType(stored.ClusterStatus, {
  name: 'ClusterStatus',
  description: 'What came of the last scan of a cluster.',
  values: {
    NEVER_SCANNED: { description: 'There was none yet.' },
    ONLINE: { description: 'It answered, and all of it is well.' },
    DEGRADED: {
      description: 'It answered, but a part of it was not seen, a node is down, or it has no quorum.',
    },
    UNREACHABLE: { description: 'It did not answer, or it was not trusted, or it refused the login.' },
  },
});

export const NodeState = builder.enumType(stored.NodeState, {
  name: 'NodeState',
  description: 'Whether a node answers.',
  values: {
    ONLINE: { description: 'It takes part in its cluster.' },
    OFFLINE: { description: 'Its cluster says that it is down.' },
    UNKNOWN: {
      description: 'Nobody knows: no scan has seen its cluster yet, or the last one did not reach it.',
    },
  },
});

export const RunKind = builder.enumType(stored.RunKind, {
  name: 'RunKind',
  description: 'What a run is for.',
  values: {
    REPLICATION: { description: 'Makes the replicas that are missing.' },
    REMOVAL: { description: 'Removes replicas that are no longer wanted.' },
    CLASS_DEPLOY: { description: 'Makes the machines of a class.' },
    CLASS_STUDENTS: { description: 'Changes the number of students of a class.' },
    CLASS_RESET: { description: "Makes students' machines anew." },
    CLASS_DELETE: { description: 'Removes the machines of a class.' },
  },
});

export const RunTrigger = builder.enumType(stored.RunTrigger, {
  name: 'RunTrigger',
  description: 'What started a run.',
  values: {
    BOOT: { description: 'The start of the server.' },
    TIMER: { description: 'The timer of the replication.' },
    MUTATION: { description: 'A GraphQL mutation.' },
    COMMAND: { description: 'A command on the command line.' },
  },
});

export const RunStatus = builder.enumType(stored.RunStatus, {
  name: 'RunStatus',
  description: 'How far a run is; how it ended is its outcome.',
  values: {
    QUEUED: { description: 'It waits for another run or for its cluster.' },
    RUNNING: { description: 'Its steps are under way.' },
    FINISHED: { description: 'It is over.' },
  },
});

export const RunOutcome = builder.enumType(stored.RunOutcome, {
  name: 'RunOutcome',
  description: 'How a finished run ended.',
  values: {
    SUCCEEDED: { description: 'Every step was done.' },
    PARTIAL: { description: 'Some steps were done, others failed.' },
    FAILED: { description: 'No step was done.' },
    CANCELLED: { description: 'It was cancelled.' },
  },
});

export const StepKind = builder.enumType(stored.StepKind, {
  name: 'StepKind',
  description: 'What a step makes or removes.',
  values: {
    REPLICA: { description: 'A replica of a template on another node.' },
    CLASS_TEACHER: { description: "The teacher's machine of a class." },
    CLASS_BASE: { description: 'The base template of a class.' },
    CLASS_STUDENT: { description: "A student's machine of a class." },
    REMOVE: { description: 'Removes a guest that Template Hub made.' },
  },
});

export const StepPhase = builder.enumType(stored.StepPhase, {
  name: 'StepPhase',
  description: 'Where a step is.',
  values: {
    PLANNED: { description: 'Nothing was done yet.' },
    CLONING: { description: 'Proxmox copies the source.' },
    PREPARING: { description: 'The copy is set up.' },
    MIGRATING: { description: 'The copy moves to its node.' },
    CONVERTING: { description: 'The copy becomes a template.' },
    REGISTERING: { description: 'The result is written into the store.' },
    STARTING: { description: 'The machine is started.' },
    REMOVING: { description: 'The guest is removed.' },
    TAKING_BACK: { description: 'What was begun is undone.' },
    DONE: { description: 'It is done.' },
    FAILED: { description: 'It failed for good.' },
    CANCELLED: { description: 'It was cancelled.' },
  },
});

export const ChangeKind = builder.enumType(stored.ChangeKind, {
  name: 'ChangeKind',
  description: 'What happened to a template.',
  values: {
    APPEARED: { description: 'A scan saw it for the first time.' },
    MOVED: { description: 'It is on another node than before.' },
    RENAMED: { description: 'It has another name than before.' },
    VANISHED: { description: 'A complete scan no longer found it.' },
    RETURNED: { description: 'It had vanished and is there again.' },
    REPLICATED: { description: 'A run made it.' },
    REBUILT: { description: 'Its content was replaced.' },
    OUTDATED: { description: 'Its source has a newer generation.' },
    ORPHANED: { description: 'Its source is gone.' },
    REGISTERED: { description: 'It was registered as the base template of a class.' },
    REMOVED: { description: 'Template Hub removed it.' },
    FOUND: { description: 'A guest with our marker that no row named was found.' },
  },
});

export const HubEventKind = builder.enumType(stored.HubEventKind, {
  name: 'HubEventKind',
  description: 'What webhooks are told of besides changes to templates.',
  values: {
    CLUSTER_UNREACHABLE: { description: 'A scan could not reach a cluster that was reached before.' },
    CLUSTER_CERTIFICATE_CHANGED: {
      description: 'A cluster shows a certificate that is not trusted: nothing is sent to it.',
    },
    CLUSTER_LOGIN_REFUSED: { description: 'A cluster refuses the login.' },
    CLUSTER_RETURNED: { description: 'A cluster answers scans again.' },
    RUN_FINISHED: {
      description:
        'A run is over: it did what it was to do, or was cancelled. Not told where nobody asked for it and nothing was to be done.',
    },
    RUN_FAILED: { description: 'A run is over, and it or a part of it failed.' },
  },
});

export const ClassState = builder.enumType(stored.ClassState, {
  name: 'ClassState',
  description: 'How far a class is.',
  values: {
    DRAFT: { description: 'It has no machines yet.' },
    DEPLOYING: { description: 'Its machines are being made.' },
    READY: { description: 'Every machine is there.' },
    DEGRADED: { description: 'Machines are missing, or something that is to go is still there.' },
    DELETING: { description: 'Its machines are being removed.' },
    DELETED: { description: 'Its machines were removed.' },
  },
});

export const MachineRole = builder.enumType(stored.MachineRole, {
  name: 'MachineRole',
  description: 'Whose machine it is.',
  values: {
    TEACHER: { description: "The teacher's." },
    STUDENT: { description: "A student's." },
  },
});

export const MachineState = builder.enumType(stored.MachineState, {
  name: 'MachineState',
  description: 'What is known of a machine of a class.',
  values: {
    PLANNED: { description: 'It is to be made.' },
    PRESENT: { description: 'It is there.' },
    MISSING: { description: 'It was there and no longer is.' },
    IMPORTED: { description: 'It came from the database of the predecessor and was not seen yet.' },
  },
});

export const LooseGuestRole = builder.enumType(stored.LooseGuestRole, {
  name: 'LooseGuestRole',
  description: 'What a guest was made for that nothing stands for any more.',
  values: {
    TEACHER: { description: "The teacher's machine of a class." },
    BASE: { description: 'The base template of a class.' },
    STUDENT: { description: "A student's machine of a class." },
    REPLICA: { description: 'A replica.' },
  },
});

export const LooseGuestState = builder.enumType(stored.LooseGuestState, {
  name: 'LooseGuestState',
  description: 'What becomes of a guest that nothing stands for any more.',
  values: {
    LEAVING: { description: 'It goes as soon as nothing stands in its way.' },
    UNKNOWN: { description: 'Only its marker says that it is ours: it is told, and never touched.' },
  },
});
