import type { WeeklyWindow } from '@holdpoint/contracts';

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** The zone of the reader's machine: the likeliest one. */
export const ownZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Windows of a week in words: `Mon–Fri 09:00–17:00`. */
export const windowWords = ({ days, from, to }: WeeklyWindow): string => {
  const sorted = days.toSorted((a, b) => a - b);
  const [first = 1] = sorted;
  const last = sorted.at(-1) ?? first;
  const isRun = sorted.length > 2 && last - first === sorted.length - 1;
  const names = isRun ? `${DAYS[first - 1]}–${DAYS[last - 1]}` : sorted.map(day => DAYS[day - 1]).join(', ');
  return `${names} ${from}–${to}`;
};

const OFFICE: WeeklyWindow = { days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' };

/** Edits parts of a week: days, from, to. @param start what an added window begins with */
export const WeekWindows = ({
  windows,
  onChange,
  start = OFFICE,
}: {
  windows: WeeklyWindow[];
  onChange: (next: WeeklyWindow[]) => void;
  start?: WeeklyWindow;
}) => {
  const replace = (at: number, part: Partial<WeeklyWindow>) =>
    onChange(windows.map((window, index) => (index === at ? { ...window, ...part } : window)));
  return (
    <div className="week-windows">
      {windows.map((window, at) => (
        <fieldset key={at} className="week-window">
          <legend className="visually-hidden">Window {at + 1}</legend>
          <span className="days">
            {DAYS.map((name, index) => (
              <label key={name} className="day">
                <input
                  type="checkbox"
                  checked={window.days.includes(index + 1)}
                  onChange={event =>
                    replace(at, { days: event.target.checked ? [...window.days, index + 1] : window.days.filter(day => day !== index + 1) })
                  }
                />
                {name}
              </label>
            ))}
          </span>
          <input type="time" aria-label="From" value={window.from} onChange={event => replace(at, { from: event.target.value })} />
          <span aria-hidden="true">–</span>
          <input type="time" aria-label="To" value={window.to} onChange={event => replace(at, { to: event.target.value })} />
          <button type="button" className="button quiet" onClick={() => onChange(windows.filter((_, index) => index !== at))}>
            Remove
          </button>
        </fieldset>
      ))}
      <button type="button" className="button quiet" onClick={() => onChange([...windows, start])}>
        Add a window
      </button>
    </div>
  );
};
