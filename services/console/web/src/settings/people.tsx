import type { QuietHours, Role } from '@holdpoint/contracts';
import { useState } from 'react';
import { type Colleague, useColleagues } from '../api/queries.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Clock } from '../time/clock.tsx';
import { instantOfInput } from '../time/local-input.ts';
import { AskFirst } from './ask-first.tsx';
import { Field, Listing, Panel, Said } from './panel.tsx';
import { Secret } from './secret.tsx';
import type { PartProps } from './settings.tsx';
import { Teams } from './teams.tsx';
import { useChange, useSetting } from './use-setting.ts';
import { ownZone, WeekWindows, windowWords } from './week-windows.tsx';

type Member = Colleague & { email?: string };
const ROLE_NAMES: readonly Role[] = ['owner', 'admin', 'senior', 'operator', 'auditor', 'viewer'];

/** People: who works here, in which teams, and when you yourself are away. */
const PeoplePage = ({ rights }: PartProps) => {
  const everybody = useColleagues();
  const members = useSetting<{ items: Member[] }>(rights.readsSettings ? '/api/members' : null);
  const people: Member[] = members.data?.items ?? everybody.data?.items ?? [];
  return (
    <>
      <MyAbsence people={people} />
      <MyQuietHours />
      <Panel title="Members" intro={rights.admin ? undefined : 'Administrators add members and give roles.'}>
        <Listing query={everybody} empty={null}>
          <ul className="setting-rows">
            {people.map(({ id, name, email, roles }) => (
              <li key={id}>
                <div className="row-text">
                  <strong>
                    <AgentText text={name} />
                  </strong>
                  <p className="muted small">{email !== undefined && <AgentText text={email} />}</p>
                </div>
                <span>
                  {roles.map(role => (
                    <span key={role} className="tag">
                      {role}
                    </span>
                  ))}
                </span>
              </li>
            ))}
          </ul>
        </Listing>
        {rights.admin && <NewMember owner={rights.owner} />}
      </Panel>
      <Teams people={people} admin={rights.admin} />
    </>
  );
};
export default PeoplePage;

const NewMember = ({ owner }: { owner: boolean }) => {
  const change = useChange();
  const [email, setEmail] = useState('');
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('operator');
  const [password, setPassword] = useState<string | null>(null);
  const add = async () => {
    const body = { email: email.trim(), name: name.trim(), roles: [role] };
    const made = await change.change<{ password: string }>('POST', '/api/members', body, `${body.name} is a member.`);
    if (made === null) return;
    setPassword(made.password);
    setEmail('');
    setName('');
  };
  return (
    <details className="setting-more">
      <summary>Add a member</summary>
      <div className="setting-form">
        <Field label="Email" error={change.errorAt('/email')}>
          {props => <input {...props} type="email" value={email} onChange={event => setEmail(event.target.value)} />}
        </Field>
        <Field label="Name" error={change.errorAt('/name')}>
          {props => <input {...props} maxLength={128} value={name} onChange={event => setName(event.target.value)} />}
        </Field>
        <Field label="Role" error={change.errorAt('/roles')}>
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
        label="Add"
        will={`${name.trim()} may sign in at once, as ${role}. You get a password to hand over.`}
        whyNot={email.trim() === '' || name.trim() === '' ? 'Give the email address and the name.' : null}
        busy={change.busy}
        run={add}
      />
      <Said change={change} />
      {password !== null && <Secret what="The password" value={password} />}
    </details>
  );
};

type Availability = { quietHours: QuietHours | null; absences: { id: string; from: string; to: string; delegateId: string | null }[] };
const MINE = '/api/members/me/availability';

const MyAbsence = ({ people }: { people: Member[] }) => {
  const mine = useSetting<Availability>(MINE);
  const change = useChange();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [delegateId, setDelegateId] = useState('');
  const nameOf = (id: string) => people.find(person => person.id === id)?.name ?? id;
  const coming = (mine.data?.absences ?? []).filter(absence => Date.parse(absence.to) > Date.now());
  const body = { from: instantOfInput(from), to: instantOfInput(to), delegateId: delegateId === '' ? null : delegateId };
  const declare = async () => {
    const done = await change.change('POST', '/api/members/me/absences', body, 'Declared.');
    if (done !== null) setFrom('');
  };
  return (
    <Panel title="When you are away" intro="Whoever stands in is asked instead of you. Without a stand-in nobody is.">
      <ul className="setting-rows">
        {coming.map(absence => (
          <li key={absence.id}>
            <div className="row-text">
              <Clock at={absence.from} /> – <Clock at={absence.to} />
              <p className="muted small">
                {absence.delegateId === null ? 'nobody stands in' : <AgentText text={`${nameOf(absence.delegateId)} stands in`} />}
              </p>
            </div>
            <AskFirst
              quiet
              label="I am back"
              will="You are asked again from now on."
              busy={change.busy}
              run={() => change.change('DELETE', `/api/members/me/absences/${absence.id}`, undefined, 'You are back.')}
            />
          </li>
        ))}
      </ul>
      <div className="setting-form">
        <Field label="From" error={change.errorAt('/from')}>
          {props => <input {...props} type="datetime-local" value={from} onChange={event => setFrom(event.target.value)} />}
        </Field>
        <Field label="Until" error={change.errorAt('/to')}>
          {props => <input {...props} type="datetime-local" value={to} onChange={event => setTo(event.target.value)} />}
        </Field>
        <Field label="Stands in" error={change.errorAt('/delegateId')}>
          {props => (
            <select {...props} value={delegateId} onChange={event => setDelegateId(event.target.value)}>
              <option value="">Nobody</option>
              {people.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
      </div>
      <AskFirst
        label="Declare the absence"
        will={
          delegateId === ''
            ? 'For that time nobody is asked in your place.'
            : `For that time ${nameOf(delegateId)} is asked and decides in your place.`
        }
        whyNot={body.from === null || body.to === null ? 'Choose from when and until when.' : null}
        busy={change.busy}
        run={declare}
      />
      <Said change={change} />
    </Panel>
  );
};

const MyQuietHours = () => {
  const mine = useSetting<Availability>(MINE);
  const quiet = mine.data?.quietHours ?? null;
  return mine.data === undefined ? null : <QuietHoursForm key={JSON.stringify(quiet)} quiet={quiet} />;
};

const QuietHoursForm = ({ quiet }: { quiet: QuietHours | null }) => {
  const change = useChange();
  const [timeZone, setTimeZone] = useState(quiet?.timeZone ?? ownZone());
  const [windows, setWindows] = useState(quiet?.windows ?? []);
  const save = (quietHours: QuietHours | null) => () => change.change('PUT', '/api/members/me/quiet-hours', { quietHours }, 'Saved.');
  return (
    <Panel
      title="Your quiet hours"
      intro={
        quiet === null
          ? 'None: alerts come at any time.'
          : `${quiet.windows.map(windowWords).join('; ')} (${quiet.timeZone}). Alerts wait for their end, except important ones; deadlines never wait.`
      }
    >
      <div className="setting-form">
        <Field label="Time zone" error={change.errorAt('/quietHours/timeZone')}>
          {props => <input {...props} value={timeZone} onChange={event => setTimeZone(event.target.value)} />}
        </Field>
      </div>
      <WeekWindows windows={windows} onChange={setWindows} />
      <div className="ask-row">
        <AskFirst
          label="Save quiet hours"
          will={`Alerts for you wait during ${windows.map(windowWords).join('; ')}; the requests do not.`}
          whyNot={windows.length === 0 ? 'Add a window first.' : null}
          busy={change.busy}
          run={save({ timeZone: timeZone.trim(), windows })}
        />
        {quiet !== null && <AskFirst label="Remove" will="Alerts come at any time again." busy={change.busy} run={save(null)} />}
      </div>
      <Said change={change} />
    </Panel>
  );
};
