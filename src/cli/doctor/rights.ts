import type { ClusterConfig } from '../../config/config.ts';
import { formatTokenId, parseToken } from '../../names/account.ts';
import type { Check } from './check.ts';
import { composeGrants, type Account } from './grants.ts';
import { findMissing, type HeldRights } from './held-rights.ts';
import type { Requirement } from './requirements.ts';

export interface RightsQuestion {
  readonly requirements: readonly Requirement[];
  readonly held: HeldRights;
  readonly account: Account;
  /** Of the role that the commands give. */
  readonly rolePrivileges: readonly string[];
}

/** Who a cluster's configuration logs in as. */
export function readAccount({ user = 'root@pam', token }: ClusterConfig): Account {
  const parsed = token && parseToken(token.reveal());
  return parsed ? { user: parsed.user, token: formatTokenId(parsed) } : { user };
}

/** Checks of all requirements, with the commands that give what is missing. */
export function judgeRights(question: RightsQuestion): Check[] {
  const { requirements, held } = question;
  const lacking = requirements.filter((one) => findMissing(one, held.ours).length > 0);
  const checks = lacking.map((requirement): Check => {
    const below = requirement.below ? ' and below' : '';
    const missing = findMissing(requirement, held.ours).join(', ');
    return {
      level: requirement.optional ? 'warn' : 'fail',
      subject: 'rights',
      message: `${missing} missing on ${requirement.path}${below}: needed for ${requirement.purpose}`,
      commands: composeGrants(requirement, question),
    };
  });
  if (checks.every((check) => check.level !== 'fail'))
    return [
      { level: 'ok', subject: 'rights', message: 'every right that replication needs is there' },
      ...checks,
    ];
  return [...checks, ...describeUnknownUser(question)];
}

/** With privilege separation a token has what both it and its user hold, and which of the two lacks it is not told. */
function describeUnknownUser({ held, account }: RightsQuestion): Check[] {
  if (account.token === undefined || held.users !== undefined) return [];
  const message = `what the user ${account.user} itself may do cannot be asked for (Sys.Audit on /access), and its token has no more than that: the commands give both what is missing`;
  return [{ level: 'warn', subject: 'rights', message }];
}
