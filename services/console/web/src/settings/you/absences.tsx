import type { Me, QuietHours } from '@holdpoint/contracts';
import { useState } from 'react';
import { type Colleague, useColleagues } from '../../api/queries.ts';
import { AgentText } from '../../text/agent-text.tsx';
import { instantOfInput } from '../../time/local-input.ts';
import { AskFirst } from '../ask-first.tsx';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import { useChange, useSetting } from '../use-setting.ts';

type Absence = { id: string; from: string; to: string; delegateId: string | null };
/** `GET /api/members/{id}/availability`. */
export type Availability = { operatorId: string; quietHours: QuietHours | null; absences: Absence[] };

const DATE = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const when = (at: string) => DATE.format(new Date(at));

/** When a person is away, and who is asked instead. */
export const Absences = ({ me }: { me: Me }) => {
  const availability = useSetting<Availability>('/api/members/me/availability');
  const people = useColleagues().data?.items ?? [];
  const change = useChange();
  const coming = (availability.data?.absences ?? []).filter(({ to }) => Date.parse(to) > Date.now());
  const nameOf = (id: string) => people.find(person => person.id === id)?.name ?? id;
  return (
    <Panel title="Away" intro="What would be asked of you goes to whoever stands in, or to the others of the step when nobody does.">
      <Listing query={availability} empty={coming.length === 0 ? 'You are here.' : null}>
        <ul className="setting-rows">
          {coming.map(({ id, from, to, delegateId }) => (
            <li key={id}>
              <div className="row-text">
                {when(from)} – {when(to)}
                <p className="muted small">
                  {delegateId === null ? 'nobody stands in' : <AgentText text={`${nameOf(delegateId)} stands in`} />}
                </p>
              </div>
              <AskFirst
                quiet
                label="End it"
                about={`away from ${when(from)}`}
                will="You are asked again from now on."
                busy={change.busy}
                run={() => change.change('DELETE', `/api/members/me/absences/${id}`, undefined, 'You are back.')}
              />
            </li>
          ))}
        </ul>
      </Listing>
      <Said change={change} />
      <NewAbsence people={people.filter(({ id }) => id !== me.operatorId)} />
    </Panel>
  );
};

const NewAbsence = ({ people }: { people: Colleague[] }) => {
  const change = useChange();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [delegateId, setDelegateId] = useState('');
  const body = { from: instantOfInput(from), to: instantOfInput(to), delegateId: delegateId === '' ? null : delegateId };
  const name = people.find(({ id }) => id === delegateId)?.name;
  const declare = async () => {
    const done = await change.change('POST', '/api/members/me/absences', body, 'You are away then.');
    if (done === null) return;
    setFrom('');
    setTo('');
  };
  return (
    <details className="setting-more">
      <summary>Say when you are away</summary>
      <div className="setting-form">
        <Field label="From" error={change.errorAt('/from')}>
          {props => <input {...props} type="datetime-local" value={from} onChange={event => setFrom(event.target.value)} />}
        </Field>
        <Field label="Until" error={change.errorAt('/to')}>
          {props => <input {...props} type="datetime-local" value={to} onChange={event => setTo(event.target.value)} />}
        </Field>
        <Field label="Who stands in" error={change.errorAt('/delegateId')}>
          {props => (
            <select {...props} value={delegateId} onChange={event => setDelegateId(event.target.value)}>
              <option value="">Nobody</option>
              {people.map(person => (
                <option key={person.id} value={person.id}>
                  {person.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <AskFirst
        label="Be away"
        will={
          name === undefined
            ? 'You are not asked in that time, and nobody is asked instead.'
            : `${name} is asked instead of you in that time.`
        }
        whyNot={body.from === null || body.to === null ? 'Say from when and until when.' : null}
        busy={change.busy}
        run={declare}
      />
      <Said change={change} />
    </details>
  );
};
