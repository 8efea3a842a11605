import type { WorkingHours } from '@holdpoint/contracts';
import { useState } from 'react';
import { AskFirst } from '../ask-first.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import type { Change } from '../use-setting.ts';
import { WeekWindows, windowWords } from '../week-windows.tsx';

type Props = { hours: WorkingHours | null; zone: string; admin: boolean; change: Change };

/**
 * When the organisation works, and on which days it does not: for deadlines that count working hours only.
 * @param zone what the fields begin with where none are set
 */
export const WorkingHoursPanel = ({ hours, zone, admin, change }: Props) => {
  const [timeZone, setTimeZone] = useState(hours?.timeZone ?? zone);
  const [windows, setWindows] = useState(hours?.windows ?? [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '17:00' }]);
  const [holidays, setHolidays] = useState(hours?.holidays.join(' ') ?? '');
  const next: WorkingHours = { timeZone: timeZone.trim(), windows, holidays: holidays.split(/[\s,]+/).filter(day => day !== '') };
  return (
    <Panel
      title="Working hours"
      intro={
        hours === null
          ? 'None are set: every hour counts. Routes may count working hours only.'
          : `${hours.windows.map(windowWords).join('; ')} (${hours.timeZone})${hours.holidays.length > 0 ? `, ${hours.holidays.length} ${hours.holidays.length === 1 ? 'holiday' : 'holidays'}` : ''}`
      }
    >
      <div className="setting-form">
        <Field label="Time zone" error={change.errorAt('/workingHours/timeZone')}>
          {props => <input {...props} value={timeZone} onChange={event => setTimeZone(event.target.value)} />}
        </Field>
        <Field label="Holidays" hint="Days such as 2026-12-25, separated by spaces." error={change.errorAt('/workingHours/holidays')}>
          {props => <input {...props} value={holidays} onChange={event => setHolidays(event.target.value)} />}
        </Field>
      </div>
      <WeekWindows windows={windows} onChange={setWindows} />
      {change.errorAt('/workingHours/windows') !== null && <p className="field-problem">{change.errorAt('/workingHours/windows')}</p>}
      <div className="ask-row">
        <AskFirst
          label="Save working hours"
          will={`Deadlines that count working hours count ${windows.map(windowWords).join('; ') || 'nothing'} in ${timeZone} from now on.`}
          whyNot={admin ? null : 'Administrators change this.'}
          busy={change.busy}
          run={() => change.change('PUT', '/api/organization/working-hours', { workingHours: next }, 'Saved.')}
        />
        {hours !== null && admin && (
          <AskFirst
            label="Remove"
            will="Every hour counts from now on."
            busy={change.busy}
            run={() => change.change('PUT', '/api/organization/working-hours', { workingHours: null }, 'Removed.')}
          />
        )}
      </div>
      <Said change={change} />
    </Panel>
  );
};
