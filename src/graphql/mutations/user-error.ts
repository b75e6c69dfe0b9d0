import { AccessError } from '../../access/access-error.ts';
import { ClassError } from '../../classes/class-error.ts';
import type { ClassService } from '../../classes/service/class-service.ts';
import { HubError } from '../../errors/hub-error.ts';
import { IdempotencyKeyError } from '../../store/idempotency.ts';
import { WebhookError } from '../../webhooks/webhook-error.ts';
import { builder } from '../builder.ts';
import type { GraphqlContext } from '../context.ts';
import type { ReplicationService } from '../services.ts';

/** Codes of errors that the caller of a mutation can mend, with what they mean. */
const codes = {
  BELONGS_TO_ANOTHER_CLASS: 'The guest belongs to another class.',
  CLASS_BUSY: 'A run of the class is under way.',
  CLASS_DELETED: 'The class was deleted.',
  CLASS_NOT_DEPLOYED: 'The class has no machines yet.',
  CLASS_NOT_FOUND: 'There is no class with that number.',
  CLASS_TEMPLATE_AS_SOURCE: 'The base of a class can not be the source of another.',
  CLUSTER_NOT_FOUND: 'There is no cluster with that id.',
  CLUSTER_UNREACHABLE: 'The cluster does not answer.',
  CONFIRMATION_NEEDED: 'Many guests would go: the caller has to say by name what it is about.',
  GUEST_NOT_FOUND: 'There is no guest with that VMID.',
  IDEMPOTENCY_CONFLICT: 'The idempotency key was used with another input.',
  INVALID_INPUT: 'A value does not fit.',
  INVALID_ORDER: 'What is asked for can not be done in this way.',
  LINKED_CLONES_NOT_POSSIBLE: 'The storage can not make linked clones.',
  NOTHING_TO_RETRY: 'The run has no step that failed or was cancelled.',
  NOT_A_REPLICA: 'The template is no replica that Template Hub made.',
  NOT_A_TEMPLATE: 'The guest is no template.',
  NOT_MADE_HERE: 'Template Hub did not make the guest.',
  NODE_NOT_FOUND: 'There is no node with that name.',
  COPY_NOT_POSSIBLE: 'Proxmox would refuse every copy of the original.',
  NO_NODE: 'No node can take it.',
  NO_QUORUM: 'The cluster has no quorum.',
  OFFLINE: 'This server runs offline and does not contact Proxmox.',
  POOL_NOT_FOUND: 'There is no such pool.',
  PROXMOX_FAILURE: 'Proxmox did not answer as it should, or refused; nothing was begun.',
  REMOVAL_NOT_ALLOWED: 'The template can not be removed now.',
  RUN_FINISHED: 'The run is over.',
  RUN_NOT_FINISHED: 'The run is not over yet.',
  RUN_NOT_FOUND: 'There is no run with that id.',
  SOURCE_NOT_FOUND: 'There is no such original.',
  STOPPED: 'The server is shutting down.',
  STUDENT_NOT_FOUND: 'The class has no student with that number.',
  TEMPLATE_NOT_FOUND: 'There is no such template.',
  TOKEN_NOT_FOUND: 'There is no such token.',
  TOKEN_REVOKED: 'The token was revoked for good.',
  VMID_RANGE_TAKEN: 'VMIDs of the range are in use.',
  VMID_RANGE_TOO_SMALL: 'The range has too few VMIDs.',
  WEBHOOK_NOT_FOUND: 'There is no such webhook.',
} as const;

/** A code that a client may rely on. */
export type UserErrorWord = keyof typeof codes;

/** An error that the caller can mend, as data. */
export interface UserErrorShape {
  readonly code: UserErrorWord;
  /** Where the mistake is in the arguments, for example ['input', 'clusterId']; null when it is nowhere in particular. */
  readonly field: readonly string[] | null;
  readonly message: string;
}

const UserErrorCode = builder.enumType('UserErrorCode', {
  description: 'What is wrong, as a word for programs.',
  values: Object.entries(codes).reduce<Record<string, { description: string }>>(
    (values, [code, description]) => ({ ...values, [code]: { description } }),
    {},
  ),
});

export const UserError = builder.objectRef<UserErrorShape>('UserError').implement({
  description: 'An error that the caller can mend.',
  fields: (t) => ({
    code: t.expose('code', { type: UserErrorCode, description: 'What is wrong, as a word for programs.' }),
    field: t.stringList({
      nullable: true,
      description: 'Where the mistake is in the arguments; null when it is nowhere in particular.',
      resolve: ({ field }) => (field ? [...field] : null),
    }),
    message: t.exposeString('message', { description: 'What is wrong and what to do, in words.' }),
  }),
});

/** An error that a rule of this folder raises for the caller to mend. */
export class MutationError extends HubError {
  declare readonly code: UserErrorWord;
  readonly field: readonly string[] | undefined;

  constructor(code: UserErrorWord, message: string, field?: readonly string[]) {
    super(code, message);
    this.field = field;
  }
}

/** What a payload is made of: the result, or the errors that one can mend. */
export interface Answer<Result> {
  readonly result: Result | null;
  readonly userErrors: readonly UserErrorShape[];
}

/** Fields that a code of the replicator is about. */
const fields: Partial<Record<UserErrorWord, readonly string[]>> = {
  CLUSTER_NOT_FOUND: ['input', 'clusterId'],
  CLUSTER_UNREACHABLE: ['input', 'clusterId'],
  CONFIRMATION_NEEDED: ['input', 'confirm'],
  IDEMPOTENCY_CONFLICT: ['input', 'idempotencyKey'],
  NODE_NOT_FOUND: ['input', 'nodes'],
  NOT_A_REPLICA: ['input', 'vmids'],
  NOTHING_TO_RETRY: ['input', 'runId'],
  REMOVAL_NOT_ALLOWED: ['input', 'vmids'],
  RUN_FINISHED: ['input', 'runId'],
  RUN_NOT_FINISHED: ['input', 'runId'],
  RUN_NOT_FOUND: ['input', 'runId'],
  TEMPLATE_NOT_FOUND: ['input', 'vmids'],
};

/** Does the work of a mutation; errors that the caller can mend become data, others stay errors. */
export async function answerMutation<Result>(work: () => Promise<Result>): Promise<Answer<Result>> {
  try {
    return { result: await work(), userErrors: [] };
  } catch (error) {
    if (!(error instanceof HubError) || !isUserErrorWord(error.code)) throw error;
    const field = findField(error, error.code);
    return { result: null, userErrors: [{ code: error.code, field, message: error.message }] };
  }
}

function findField(error: HubError, code: UserErrorWord): readonly string[] | null {
  if (error instanceof MutationError) return error.field ?? fields[code] ?? null;
  if (error instanceof ClassError || error instanceof WebhookError || error instanceof AccessError)
    return ['input', ...error.field];
  if (error instanceof IdempotencyKeyError) return ['input', 'idempotencyKey'];
  return fields[code] ?? null;
}

/** The service of classes; without one the server is offline. @throws {MutationError} OFFLINE */
export function requireClasses({ services }: GraphqlContext): ClassService {
  if (services.classes) return services.classes;
  throw new MutationError('OFFLINE', codes.OFFLINE);
}

/** The replicator; without one the server is offline. @throws {MutationError} OFFLINE */
export function requireReplicator({ services }: GraphqlContext): ReplicationService {
  if (services.replicator) return services.replicator;
  throw new MutationError('OFFLINE', codes.OFFLINE);
}

function isUserErrorWord(code: string): code is UserErrorWord {
  return Object.hasOwn(codes, code);
}
