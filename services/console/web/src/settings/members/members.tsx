import type { Role } from '@holdpoint/contracts';
import { useState } from 'react';
import type { Colleague } from '../../api/queries.ts';
import { AgentText } from '../../text/agent-text.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import type { Rights } from '../rights.ts';
import { Secret } from '../secret.tsx';
import { type Change, useChange } from '../use-setting.ts';
import { Invitations } from './invitations.tsx';
import { ROLE_NAMES } from './role-names.ts';

export type Member = Colleague & { email?: string };

type Query = { isPending: boolean; error: Error | null; data: unknown };

/** Who works here: administrators invite, give and take roles, remove. */
export const Members = ({ query, people, rights, me }: { query: Query; people: readonly Member[]; rights: Rights; me: string }) => {
  const change = useChange();
  const [link, setLink] = useState<string | null>(null);
  const makeLink = async (id: string) => {
    const made = await change.change<{ link: string }>(
      'POST',
      `/api/members/${id}/password-reset`,
      {},
      'Hand the link over by a way you trust.',
    );
    if (made !== null) setLink(made.link);
  };
  return (
    <Panel
      title="Members"
      intro={rights.admin ? undefined : 'Administrators invite people and give roles.'}
      aside={
        rights.readsSettings ? (
          <a className="button quiet" href="/api/exports/access-review" download>
            Access review (CSV)
          </a>
        ) : undefined
      }
    >
      <Listing query={query} empty={null}>
        <ul className="setting-rows">
          {people.map(person => (
            <li key={person.id}>
              <div className="row-text">
                <strong>
                  <AgentText text={person.name} />
                </strong>
                <p className="muted small">{person.email !== undefined && <AgentText text={person.email} />}</p>
              </div>
              <span>
                {person.roles.map(role => (
                  <span key={role} className="tag">
                    {role}
                  </span>
                ))}
              </span>
              {rights.admin && (
                <Manage
                  person={person}
                  people={people}
                  rights={rights}
                  isMe={person.id === me}
                  change={change}
                  makeLink={() => makeLink(person.id)}
                />
              )}
            </li>
          ))}
        </ul>
      </Listing>
      {link !== null && <Secret what="The link" value={link} />}
      <Said change={change} />
      {rights.admin && <Invitations owner={rights.owner} />}
    </Panel>
  );
};

type ManageProps = { person: Member; people: readonly Member[]; rights: Rights; isMe: boolean; change: Change; makeLink(): Promise<void> };
const Manage = ({ person, people, rights, isMe, change, makeLink }: ManageProps) => {
  const [role, setRole] = useState<Role>('operator');
  const [successor, setSuccessor] = useState('');
  const { id, name, roles } = person;
  const held = roles.includes(role);
  const successorName = people.find(other => other.id === successor)?.name;
  if (roles.includes('owner') && !rights.owner) return null;
  return (
    <details className="setting-more">
      <summary>
        Manage<span className="visually-hidden"> {name}</span>
      </summary>
      <div className="setting-form">
        <Field label="Role">
          {props => (
            <select {...props} value={role} onChange={event => setRole(ROLE_NAMES.find(known => known === event.target.value) ?? role)}>
              {ROLE_NAMES.filter(known => rights.owner || known !== 'owner').map(known => (
                <option key={known}>{known}</option>
              ))}
            </select>
          )}
        </Field>
        {!isMe && (
          <Field label="Who takes over, if removed">
            {props => (
              <select {...props} value={successor} onChange={event => setSuccessor(event.target.value)}>
                <option value="">The next people of each request</option>
                {people
                  .filter(other => other.id !== id)
                  .map(other => (
                    <option key={other.id} value={other.id}>
                      {other.name}
                    </option>
                  ))}
              </select>
            )}
          </Field>
        )}
      </div>
      <div className="ask-row">
        <AskFirst
          quiet
          label={held ? `Take the role ${role}` : `Give the role ${role}`}
          will={held ? `${name} is no ${role} any more, from the next click on.` : `${name} becomes ${role} at once.`}
          busy={change.busy}
          run={() =>
            held
              ? change.change('DELETE', `/api/members/${id}/roles/${role}`, undefined, 'The role is taken.')
              : change.change('POST', `/api/members/${id}/roles`, { role }, 'The role is given.')
          }
        />
        <AskFirst
          quiet
          label="Link for a new password"
          will={`Makes a link with which ${name} sets a new password, once, within half an hour.`}
          busy={change.busy}
          run={makeLink}
        />
        <AskFirst
          quiet
          label="Sign out everywhere"
          will={`${name} has to sign in again in every browser.`}
          busy={change.busy}
          run={() => change.change('DELETE', `/api/members/${id}/sessions`, undefined, 'Signed out everywhere.')}
        />
        {!isMe && (
          <AskFirst
            quiet
            tone="stern"
            label="Remove"
            about={name}
            will={`${name} is out at once. What waits for ${name} by name goes to ${successorName ?? 'the next people of each request'}.`}
            busy={change.busy}
            run={() =>
              change.change(
                'DELETE',
                `/api/members/${id}${successor === '' ? '' : `?successor=${successor}`}`,
                undefined,
                `${name} is removed.`,
              )
            }
          />
        )}
      </div>
    </details>
  );
};
