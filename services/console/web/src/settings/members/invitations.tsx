import type { Role } from '@holdpoint/contracts';
import { useState } from 'react';
import { AgentText } from '../../text/agent-text.tsx';
import { Clock } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Field, Said } from '../panel.tsx';
import { Secret } from '../secret.tsx';
import { useChange, useSetting } from '../use-setting.ts';
import { ROLE_NAMES } from './role-names.ts';

type Invitation = { id: string; email: string; name: string; roles: Role[]; expiresAt: string };
type Made = { link: string; mailed: boolean };

/** Who is invited and has not come yet, and the form that invites. */
export const Invitations = ({ owner }: { owner: boolean }) => {
  const invitations = useSetting<{ items: Invitation[] }>('/api/invitations');
  const change = useChange();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [made, setMade] = useState<Made | null>(null);
  const invite = async () => {
    const body = { email: email.trim(), name: name.trim(), roles: [role] };
    const answer = await change.change<Made>('POST', '/api/invitations', body, `${body.name} is invited.`);
    if (answer === null) return;
    setMade(answer);
    setEmail('');
    setName('');
  };
  const items = invitations.data?.items ?? [];
  return (
    <>
      {items.length > 0 && (
        <ul className="setting-rows" aria-label="Invited">
          {items.map(invitation => (
            <li key={invitation.id}>
              <div className="row-text">
                <AgentText text={invitation.name} />
                <span className="tag">invited</span>
                <p className="muted small">
                  <AgentText text={invitation.email} /> as {invitation.roles.join(', ')}, until <Clock at={invitation.expiresAt} />
                </p>
              </div>
              <AskFirst
                quiet
                label="Withdraw"
                about={invitation.name}
                will="The link no longer opens."
                busy={change.busy}
                run={() => change.change('DELETE', `/api/invitations/${invitation.id}`, undefined, 'Withdrawn.')}
              />
            </li>
          ))}
        </ul>
      )}
      <details className="setting-more">
        <summary>Invite somebody</summary>
        <div className="setting-form">
          <Field label="Email" error={change.errorAt('/email')}>
            {props => <input {...props} type="email" value={email} onChange={event => setEmail(event.target.value)} />}
          </Field>
          <Field label="Name" error={change.errorAt('/name')}>
            {props => <input {...props} maxLength={128} value={name} onChange={event => setName(event.target.value)} />}
          </Field>
          <Field label="Role of the new member" error={change.errorAt('/roles')}>
            {props => (
              <select {...props} value={role} onChange={event => setRole(ROLE_NAMES.find(known => known === event.target.value) ?? role)}>
                {ROLE_NAMES.filter(known => owner || known !== 'owner').map(known => (
                  <option key={known}>{known}</option>
                ))}
              </select>
            )}
          </Field>
        </div>
        <AskFirst
          label="Invite"
          will={`${name.trim()} may join as ${role} within a week. The link is mailed where mail is set up, and shown to you once.`}
          whyNot={email.trim() === '' || name.trim() === '' ? 'Give the email address and the name.' : null}
          busy={change.busy}
          run={invite}
        />
        <Said change={change} />
        {made !== null && (
          <>
            <Secret what="The link" value={made.link} />
            <p className="muted small">
              {made.mailed ? 'Another link was mailed to the address.' : 'No mail was sent: hand the link over yourself.'}
            </p>
          </>
        )}
      </details>
    </>
  );
};
