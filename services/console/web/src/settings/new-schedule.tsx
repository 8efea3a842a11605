import { useState } from 'react';
import type { Colleague } from '../api/queries.ts';
import { AgentText } from '../text/agent-text.tsx';
import { AskFirst } from './ask-first.tsx';
import { Field, Panel, Said } from './panel.tsx';
import { useChange } from './use-setting.ts';
import { ownZone } from './week-windows.tsx';

const today = () => new Date().toISOString().slice(0, 10);

/** A schedule in which people take turns. Layers, windows and holidays are for the API. */
export const NewSchedule = ({ people, taken }: { people: Colleague[]; taken: string[] }) => {
  const change = useChange();
  const [id, setId] = useState('');
  const [name, setName] = useState('');
  const [timeZone, setTimeZone] = useState(ownZone());
  const [handoff, setHandoff] = useState('09:00');
  const [turnDays, setTurnDays] = useState('7');
  const [turns, setTurns] = useState<string[]>([]);
  const nameOf = (operatorId: string) => people.find(person => person.id === operatorId)?.name ?? operatorId;
  const document = {
    name: name.trim(),
    timeZone: timeZone.trim(),
    layers: [{ name: 'turns', startsOn: today(), handoff, turnDays: Number(turnDays), turns: turns.map(person => [person]) }],
  };
  const save = async () => {
    const done = await change.change('PUT', `/api/schedules/${encodeURIComponent(id.trim())}`, { document, expectedVersion: 0 }, 'Saved.');
    if (done !== null) setTurns([]);
  };
  const whyNot = taken.includes(id.trim())
    ? 'There is a schedule with this id.'
    : id.trim() === '' || name.trim() === '' || turns.length === 0
      ? 'Give it an id, a name and at least one person.'
      : null;
  return (
    <Panel title="New schedule">
      <div className="setting-form">
        <Field label="Id" hint="Letters and digits, such as night." error={change.errorAt('/document/id')}>
          {props => <input {...props} value={id} onChange={event => setId(event.target.value)} />}
        </Field>
        <Field label="Name" error={change.errorAt('/document/name')}>
          {props => <input {...props} value={name} onChange={event => setName(event.target.value)} />}
        </Field>
        <Field label="Time zone" error={change.errorAt('/document/timeZone')}>
          {props => <input {...props} value={timeZone} onChange={event => setTimeZone(event.target.value)} />}
        </Field>
        <Field label="Handed over at">
          {props => <input {...props} type="time" value={handoff} onChange={event => setHandoff(event.target.value)} />}
        </Field>
        <Field label="Days per turn" error={change.errorAt('/document/layers/0/turnDays')}>
          {props => (
            <input {...props} type="number" min={1} max={366} value={turnDays} onChange={event => setTurnDays(event.target.value)} />
          )}
        </Field>
        <Field label="Add to the turns" error={change.errorAt('/document/layers')}>
          {props => (
            <select {...props} value="" onChange={event => setTurns([...turns, event.target.value])}>
              <option value="">Choose…</option>
              {people.map(person => (
                <option key={person.id} value={person.id}>
                  {person.name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      {turns.length > 0 && (
        <ol className="turn-list">
          {turns.map((person, at) => (
            <li key={at}>
              {at + 1}. <AgentText text={nameOf(person)} />{' '}
              <button type="button" className="button quiet" onClick={() => setTurns(turns.filter((_, index) => index !== at))}>
                Remove
              </button>
            </li>
          ))}
        </ol>
      )}
      <AskFirst
        label="Save the schedule"
        will={`From today on ${turns.map(nameOf).join(', then ')} ${turns.length === 1 ? 'is' : 'are'} on call, ${turnDays} days each.`}
        whyNot={whyNot}
        busy={change.busy}
        run={save}
      />
      <Said change={change} />
    </Panel>
  );
};
