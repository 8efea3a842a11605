import { type ReactNode, useEffect } from 'react';
import { Mark } from '../shell/icons.tsx';

/** A page for somebody who is not signed in: one card with one thing to do. */
export const Door = ({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) => {
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
