import { useState } from 'react';
import type { Colleague } from '../api/queries.ts';
import { AgentText } from '../text/agent-text.tsx';
import { AskFirst } from './ask-first.tsx';
import { Field, Listing, Panel, Said } from './panel.tsx';
import { type Change, useChange, useSetting } from './use-setting.ts';

type Team = { id: string; name: string; members: string[] };

/** Teams: steps may ask one. */
export const Teams = ({ people, admin }: { people: Colleague[]; admin: boolean }) => {
  const teams = useSetting<{ items: Team[] }>('/api/teams');
  const change = useChange();
  const items = teams.data?.items ?? [];
  return (
    <Panel title="Teams" intro="A route may ask a team; whoever is in it then decides.">
      <Listing query={teams} empty={items.length === 0 ? 'There is no team yet.' : null}>
        <ul className="setting-rows">
          {items.map(team => (
            <OneTeam key={team.id} team={team} people={people} admin={admin} change={change} />
          ))}
        </ul>
      </Listing>
      <Said change={change} />
      {admin && <NewTeam />}
    </Panel>
  );
};

const OneTeam = ({ team, people, admin, change }: { team: Team; people: Colleague[]; admin: boolean; change: Change }) => {
  const path = `/api/teams/${encodeURIComponent(team.id)}`;
  const nameOf = (id: string) => people.find(person => person.id === id)?.name ?? id;
  const [adding, setAdding] = useState('');
  const outside = people.filter(({ id }) => !team.members.includes(id));
  const add = async () => {
    const done = await change.change('POST', `${path}/members`, { operatorId: adding }, `${nameOf(adding)} is in ${team.name}.`);
    if (done !== null) setAdding('');
  };
  return (
    <li>
      <div className="row-text">
        <strong>
          <AgentText text={team.name} />
        </strong>{' '}
        <code className="muted small">{team.id}</code>
        <p className="small team-members">
          {team.members.length === 0 && <span className="bad-text">nobody is in it</span>}
          {team.members.map(id => (
            <span key={id}>
              <AgentText text={nameOf(id)} />
              {admin && (
                <AskFirst
                  quiet
                  label="Take out"
                  about={nameOf(id)}
                  will={`${nameOf(id)} is no longer asked where ${team.name} is.`}
                  busy={change.busy}
                  run={() => change.change('DELETE', `${path}/members/${id}`, undefined, `${nameOf(id)} left ${team.name}.`)}
                />
              )}
            </span>
          ))}
        </p>
      </div>
      {admin && (
        <div className="row-actions">
          <select aria-label={`Add to ${team.name}`} value={adding} onChange={event => setAdding(event.target.value)}>
            <option value="">Add somebody…</option>
            {outside.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
          {adding !== '' && (
            <AskFirst
              quiet
              label="Add"
              will={`${nameOf(adding)} is asked wherever ${team.name} is, from now on.`}
              busy={change.busy}
              run={add}
            />
          )}
          <AskFirst
            quiet
            label="Remove the team"
            will={`Steps that ask ${team.name} ask nobody from then on.`}
            busy={change.busy}
            run={() => change.change('DELETE', path, undefined, `${team.name} was removed.`)}
          />
        </div>
      )}
    </li>
  );
};

const NewTeam = () => {
  const change = useChange();
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const create = async () => {
    const done = await change.change('POST', '/api/teams', { id: id.trim(), name: name.trim() }, `${name.trim()} was created.`);
    if (done === null) return;
    setId('');
    setName('');
  };
  return (
    <details className="setting-more">
      <summary>New team</summary>
      <div className="setting-form">
        <Field label="Id" hint="What policies call it, such as payments." error={change.errorAt('/id')}>
          {props => <input {...props} value={id} onChange={event => setId(event.target.value)} />}
        </Field>
        <Field label="Name" error={change.errorAt('/name')}>
          {props => <input {...props} value={name} onChange={event => setName(event.target.value)} />}
        </Field>
      </div>
      <AskFirst
        label="Create"
        will={`Creates the team ${name.trim()}, with nobody in it yet.`}
        whyNot={id.trim() === '' || name.trim() === '' ? 'Give an id and a name.' : null}
        busy={change.busy}
        run={create}
      />
      <Said change={change} />
    </details>
  );
};
