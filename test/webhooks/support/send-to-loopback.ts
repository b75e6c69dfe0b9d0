import { createAddressRule } from '../../../src/names/address-rule.ts';
import { createSend } from '../../../src/webhooks/send.ts';

/** Sends as a server does whose administrator allows webhooks to this machine. */
export const sendToLoopback = createSend(createAddressRule(['127.0.0.0/8', '::1']));
