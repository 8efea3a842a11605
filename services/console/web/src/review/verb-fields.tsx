import type { ApprovalDetail } from '@holdpoint/contracts';
import { useEffect, useRef } from 'react';
import { useColleagues, useMe } from '../api/queries.ts';
import { AgentText } from '../text/agent-text.tsx';
import { Clock } from '../time/clock.tsx';
import { extendPresets, instantOfInput, localInput, type Preset, snoozePresets } from '../time/local-input.ts';
import { useNow } from '../time/use-now.ts';
import type { Desk } from './use-desk.ts';

/** Roles that look and do not decide: nothing is handed to them. */
const LOOKS_ONLY = new Set(['viewer', 'auditor']);

/** The person a vote passes on to, or the people put on a step. Who may not decide is refused with the reason. */
export const WhoField = ({ desk, many }: { desk: Desk; many: boolean }) => {
  const me = useMe();
  const colleagues = useColleagues();
  const field = useRef<HTMLFieldSetElement>(null);
  const known = colleagues.data !== undefined;
  useEffect(() => {
    if (known) field.current?.querySelector('input')?.focus({ preventScroll: true });
  }, [known]);
  const others = (colleagues.data?.items ?? []).filter(
    ({ id, roles }) => (many || id !== me.data?.operatorId) && roles.some(role => !LOOKS_ONLY.has(role)),
  );
  if (colleagues.isPending) return <p className="muted small">Reading who works here…</p>;
  if (others.length === 0) return <p className="muted small">There is nobody else who may decide. Add a member in the settings first.</p>;
  const pick = (id: string, on: boolean) => {
    const before = many ? desk.draft.to.filter(other => other !== id) : [];
    desk.write({ to: on ? [...before, id] : before });
  };
  return (
    <fieldset ref={field} className="people-field">
      <legend>{many ? 'Who is put on it' : 'Who decides in your place'}</legend>
      {others.map(({ id, name, roles }) => (
        <label key={id}>
          <input
            type={many ? 'checkbox' : 'radio'}
            name="who"
            checked={desk.draft.to.includes(id)}
            onChange={event => pick(id, event.target.checked)}
          />
          <span>
            <AgentText text={name} /> <span className="muted small">{roles.join(', ')}</span>
          </span>
        </label>
      ))}
    </fieldset>
  );
};

const TimeField = ({ desk, presets, label, min, max }: { desk: Desk; presets: Preset[]; label: string; min: number; max: number }) => {
  const { until } = desk.draft;
  return (
    <div className="time-field">
      {presets.map(preset => (
        <button
          key={preset.label}
          type="button"
          className="button quiet"
          aria-pressed={until !== null && Date.parse(until) === preset.at}
          onClick={() => desk.write({ until: new Date(preset.at).toISOString() })}
        >
          {preset.label}
        </button>
      ))}
      <label>
        <span>{label}</span>
        <input
          type="datetime-local"
          min={localInput(min)}
          max={localInput(max)}
          value={until === null ? '' : localInput(Date.parse(until))}
          onChange={event => desk.write({ until: instantOfInput(event.target.value) })}
        />
      </label>
    </div>
  );
};

/** Until when it is out of sight: before the deadline, which does not move. */
export const SnoozeFields = ({ desk, detail }: { desk: Desk; detail: ApprovalDetail }) => {
  // Presets count from when the field was opened to the minute, so that one that was picked stays picked.
  const now = Math.floor(useNow() / 60_000) * 60_000;
  const deadline = Date.parse(detail.item.expiresAt);
  return <TimeField desk={desk} presets={snoozePresets(now, deadline)} label="Or until" min={now} max={deadline} />;
};

/** The new deadline, and how far it may go. */
export const ExtendFields = ({ desk, detail }: { desk: Desk; detail: ApprovalDetail }) => {
  const deadline = Date.parse(detail.item.expiresAt);
  const limit = detail.extendableUntil ?? detail.item.expiresAt;
  const latest = Date.parse(limit);
  return (
    <>
      <p className="small">
        Now it ends at <Clock at={detail.item.expiresAt} />.{' '}
        {latest > deadline ? (
          <>
            At most until <Clock at={limit} />.
          </>
        ) : (
          'It cannot end any later: the limit is reached.'
        )}
      </p>
      <TimeField desk={desk} presets={extendPresets(deadline, latest)} label="Or a new deadline" min={deadline} max={latest} />
    </>
  );
};

/** Said before the rules are set aside. */
export const BreakGlassFields = ({ desk }: { desk: Desk }) => (
  <div className="stern-box">
    <p>
      The action runs <strong>although the rules ask for more</strong>: no further vote is waited for. Your name and your reason stay in the
      record for good, and somebody else has to look at it afterwards.
    </p>
    <label>
      <input type="checkbox" checked={desk.draft.understood} onChange={event => desk.write({ understood: event.target.checked })} />
      <span>I have looked at exactly what will be executed and answer for it.</span>
    </label>
  </div>
);
