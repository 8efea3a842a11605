import type { SignInMethods } from '@holdpoint/contracts';
import { type ReactNode, useEffect } from 'react';
import { Mark } from '../shell/icons.tsx';
import { Logo } from '../shell/logo.tsx';
import { AgentText } from '../text/agent-text.tsx';

type DoorProps = {
  title: string;
  lead?: ReactNode;
  /** Whose console this is, where that is one organisation's. */
  organization?: SignInMethods['organization'];
  children: ReactNode;
};

/** A page for somebody who is not signed in: one card with one thing to do. */
export const Door = ({ title, lead, organization = null, children }: DoorProps) => {
  useEffect(() => {
    document.title = `${title} · Holdpoint`;
  }, [title]);
  return (
    <main className="sign-in">
      <div className="door">
        <p className="brand">
          <Mark />
          Holdpoint
        </p>
        {organization !== null && (
          <p className="door-organization">
            {organization.logo === null ? (
              <AgentText text={organization.name} />
            ) : (
              <Logo src={organization.logo} name={organization.name} />
            )}
          </p>
        )}
        <h1>{title}</h1>
        {lead !== undefined && <p className="muted">{lead}</p>}
        {children}
      </div>
    </main>
  );
};

/** What was refused, read out at once. */
export const DoorRefusal = ({ children }: { children: string | null }) => (
  <p className="refusal" role="alert">
    {children}
  </p>
);
