import { builder } from './builder.ts';
import { GuestKind, LooseGuestRole, LooseGuestState } from './enums.ts';

builder.prismaObject('LooseGuest', {
  description:
    'A guest that Template Hub made and that nothing stands for any more. It is listed until Proxmox calls its VMID free.',
  select: {},
  fields: (t) => ({
    vmid: t.exposeInt('vmid', { description: 'Its VMID.' }),
    name: t.exposeString('name', { description: 'Name in Proxmox.' }),
    node: t.exposeString('node', { description: 'The node it is on.' }),
    kind: t.expose('kind', { type: GuestKind, description: 'Virtual machine or container.' }),
    role: t.expose('role', { type: LooseGuestRole, description: 'What it was made for.' }),
    state: t.expose('state', { type: LooseGuestState, description: 'What becomes of it.' }),
    number: t.exposeInt('number', {
      nullable: true,
      description: 'Number of the student whose machine it was.',
    }),
    classId: t.exposeInt('classId', {
      nullable: true,
      description: 'Number of the class that it was made for.',
    }),
    reasonCode: t.exposeString('reasonCode', {
      nullable: true,
      description: 'Why it is still there, as a word for programs, for example PROTECTED.',
    }),
    reason: t.exposeString('reason', {
      nullable: true,
      description: 'Why it is still there and what to do, in words; null while its removal is under way.',
    }),
    since: t.expose('since', { type: 'DateTime', description: 'Since when it is listed here.' }),
    lookedAt: t.expose('lookedAt', { type: 'DateTime', description: 'When it was last looked at.' }),
  }),
});
