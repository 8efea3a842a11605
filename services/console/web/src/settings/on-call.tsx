import type { Schedule } from '@holdpoint/contracts';
import { useState } from 'react';
import { type Colleague, useColleagues } from '../api/queries.ts';
import { AgentText } from '../text/agent-text.tsx';
import { instantOfInput } from '../time/local-input.ts';
import { AskFirst } from './ask-first.tsx';
import { NewSchedule } from './new-schedule.tsx';
import { Field, Listing, Panel, Said } from './panel.tsx';
import type { PartProps } from './settings.tsx';
import { TurnStrip, type Ahead } from './turn-strip.tsx';
import { useChange, useSetting } from './use-setting.ts';

const DATE = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
const when = (at: string) => DATE.format(new Date(at));

/** On call: who is asked now, who will be, and who stands in. */
const OnCallPage = ({ rights }: PartProps) => {
  const schedules = useSetting<{ items: { id: string; version: number; document: Schedule }[] }>('/api/schedules');
  const people = useColleagues().data?.items ?? [];
  const items = schedules.data?.items ?? [];
  return (
    <>
      <Listing query={schedules} empty={items.length === 0 ? 'There is no schedule yet. Steps may ask whoever is on call in one.' : null}>
        {items.map(({ id, document }) => (
          <OneSchedule key={id} id={id} document={document} people={people} admin={rights.admin} />
        ))}
      </Listing>
      {rights.admin && <NewSchedule people={people} taken={items.map(({ id }) => id)} />}
    </>
  );
};
export default OnCallPage;

const OneSchedule = ({ id, document, people, admin }: { id: string; document: Schedule; people: Colleague[]; admin: boolean }) => {
  const path = `/api/schedules/${encodeURIComponent(id)}`;
  const ahead = useSetting<Ahead>(`${path}/ahead?days=14`);
  const change = useChange();
  const nameOf = (operatorId: string) => people.find(person => person.id === operatorId)?.name ?? operatorId;
  const [now] = ahead.data?.turns ?? [];
  const next = ahead.data?.turns[1];
  const coming = document.overrides.filter(({ to }) => Date.parse(to) > Date.now());
  return (
    <Panel title={document.name} intro={`${id} · ${document.timeZone}`}>
      <Listing query={ahead} empty={null}>
        {now && (
          <p className="on-call-now">
            <span className="muted">On call now</span>{' '}
            {now.operators.length === 0 ? (
              <strong className="bad-text">nobody</strong>
            ) : (
              <strong>
                <AgentText text={now.operators.map(({ name, id: of }) => name ?? of).join(', ')} />
              </strong>
            )}
            {next && (
              <span className="muted">
                {' '}
                until {when(now.to)}, then <AgentText text={next.operators.map(({ name, id: of }) => name ?? of).join(', ') || 'nobody'} />
              </span>
            )}
          </p>
        )}
        {ahead.data && <TurnStrip ahead={ahead.data} />}
        {ahead.data && ahead.data.gaps.length > 0 && (
          <p className="small bad-text">
            Nobody is on call:{' '}
            {ahead.data.gaps
              .slice(0, 3)
              .map(({ from, to }) => `${when(from)} – ${when(to)}`)
              .join('; ')}
            {ahead.data.gaps.length > 3 && ` and ${ahead.data.gaps.length - 3} more stretches`}
          </p>
        )}
      </Listing>
      {coming.length > 0 && <h3>Standing in</h3>}
      <ul className="setting-rows">
        {coming.map(override => (
          <li key={override.id}>
            <div className="row-text">
              <AgentText text={override.operators.map(nameOf).join(', ')} />
              <p className="muted small">
                {when(override.from)} – {when(override.to)}
                {override.reason !== undefined && (
                  <>
                    {' · '}
                    <AgentText text={override.reason} />
                  </>
                )}
              </p>
            </div>
            {admin && (
              <AskFirst
                quiet
                label="Remove"
                will="The schedule's own turns count again for that time."
                busy={change.busy}
                run={() => change.change('DELETE', `${path}/overrides/${override.id}`, undefined, 'Removed.')}
              />
            )}
          </li>
        ))}
      </ul>
      <Said change={change} />
      {admin && <NewOverride id={id} people={people} />}
    </Panel>
  );
};

const NewOverride = ({ id, people }: { id: string; people: Colleague[] }) => {
  const change = useChange();
  const [who, setWho] = useState('');
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [reason, setReason] = useState('');
  const body = {
    from: instantOfInput(from),
    to: instantOfInput(to),
    operators: [who],
    ...(reason.trim() === '' ? {} : { reason: reason.trim() }),
  };
  const name = people.find(person => person.id === who)?.name ?? '';
  const add = async () => {
    const done = await change.change('POST', `/api/schedules/${encodeURIComponent(id)}/overrides`, body, `${name} stands in.`);
    if (done !== null) setWho('');
  };
  return (
    <details className="setting-more">
      <summary>Let somebody stand in</summary>
      <div className="setting-form">
        <Field label="Who" error={change.errorAt('/operators')}>
          {props => (
            <select {...props} value={who} onChange={event => setWho(event.target.value)}>
              <option value="">Choose…</option>
              {people.map(person => (
                <option key={person.id} value={person.id}>
                  {person.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="From" error={change.errorAt('/from')}>
          {props => <input {...props} type="datetime-local" value={from} onChange={event => setFrom(event.target.value)} />}
        </Field>
        <Field label="Until" error={change.errorAt('/to') ?? change.errorAt('/document/overrides')}>
          {props => <input {...props} type="datetime-local" value={to} onChange={event => setTo(event.target.value)} />}
        </Field>
        <Field label="Reason (optional)">
          {props => <input {...props} maxLength={200} value={reason} onChange={event => setReason(event.target.value)} />}
        </Field>
      </div>
      <AskFirst
        label="Add"
        will={`${name} alone is on call in ${id} for that time, whoever's turn it is.`}
        whyNot={who === '' || body.from === null || body.to === null ? 'Choose who, from when and until when.' : null}
        busy={change.busy}
        run={add}
      />
      <Said change={change} />
    </details>
  );
};
