import { AgentText } from '../text/agent-text.tsx';

export type Turn = { from: string; to: string; operators: { id: string; name: string | null }[] };
export type Ahead = { from: string; to: string; turns: Turn[]; gaps: { from: string; to: string }[] };

const DAY_MS = 86_400_000;
const DAY = new Intl.DateTimeFormat('en-GB', { weekday: 'narrow', day: 'numeric' });
const FULL = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' });
/** Tints before they repeat; names tell people apart, tints only help. */
const TINTS = 6;
/** Share of the band after which a day's name would run over its end. */
const LAST_LABEL = 0.97;

/** The coming days as one band: each turn as long as it lasts, with a name where there is room. */
export const TurnStrip = ({ ahead }: { ahead: Ahead }) => {
  const start = Date.parse(ahead.from);
  const span = Date.parse(ahead.to) - start;
  const people = [...new Set(ahead.turns.flatMap(({ operators }) => operators.map(({ id }) => id)))];
  const share = (ms: number) => `${(100 * ms) / span}%`;
  const midnight = new Date(start);
  midnight.setHours(24, 0, 0, 0);
  const days = Array.from({ length: Math.ceil(span / DAY_MS) }, (_, index) => midnight.getTime() + index * DAY_MS).filter(
    at => at < start + span * LAST_LABEL,
  );
  return (
    <div className="turn-strip" role="group" aria-label="The next 14 days">
      <ol className="turns">
        {ahead.turns.map(turn => {
          const names = turn.operators.map(({ id, name }) => name ?? id).join(', ');
          const tint = turn.operators[0] === undefined ? 'nobody' : `tint-${people.indexOf(turn.operators[0].id) % TINTS}`;
          const label = `${FULL.format(new Date(turn.from))} – ${FULL.format(new Date(turn.to))}: ${names || 'nobody'}`;
          return (
            <li key={turn.from} className={tint} style={{ width: share(Date.parse(turn.to) - Date.parse(turn.from)) }} title={label}>
              <span className="visually-hidden">{label}</span>
              <span aria-hidden="true">{names === '' ? '–' : <AgentText text={names} />}</span>
            </li>
          );
        })}
      </ol>
      <div className="days-line" aria-hidden="true">
        {days.map(at => (
          <span key={at} style={{ left: share(at - start) }}>
            {DAY.format(new Date(at))}
          </span>
        ))}
      </div>
    </div>
  );
};
