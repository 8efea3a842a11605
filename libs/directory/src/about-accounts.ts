import { SIGN_IN_METHODS, type SignInPolicy } from '@holdpoint/contracts';
import type { DirectoryState, EmailChange, Invitation, SingleSignOn } from './directory-state.ts';

/** What holds where nobody said anything: every way, one factor. */
const DEFAULT_POLICY: SignInPolicy = { methods: [...SIGN_IN_METHODS], secondFactor: false };

/** Answers about joining and signing in. @param now instant that expiries are checked against */
export const aboutAccounts = (state: () => DirectoryState, now: () => string) => {
  const live = <Open extends { expiresAt: string }>(open: Open | undefined): Open | null =>
    open !== undefined && Date.parse(open.expiresAt) > Date.parse(now()) ? open : null;
  return {
    invitation: (operatorId: string): Invitation | null => live(state().invitations.get(operatorId)),
    findInvitation: (hash: string): { invitation: Invitation; mailed: boolean } | null => {
      const found = live([...state().invitations.values()].find(invitation => invitation.hash === hash || invitation.mailedHash === hash));
      return found === null ? null : { invitation: found, mailed: found.mailedHash === hash };
    },
    emailChange: (operatorId: string): EmailChange | null => live(state().emailChanges.get(operatorId)),
    findEmailChange: (hash: string): EmailChange | null => live([...state().emailChanges.values()].find(change => change.hash === hash)),
    signInPolicy: (tenant: string): SignInPolicy => state().signInPolicies.get(tenant)?.policy ?? DEFAULT_POLICY,
    singleSignOn: (tenant: string): SingleSignOn | null => state().singleSignOns.get(tenant) ?? null,
  };
};
