import type { QuietHours } from '@holdpoint/contracts';
import { useState } from 'react';
import { Listing, Panel, Said } from '../panel.tsx';
import { SaveButton } from '../save-button.tsx';
import { type Change, useChange, useSetting } from '../use-setting.ts';
import { ownZone, WeekWindows, windowWords } from '../week-windows.tsx';
import { ZoneField } from '../zone-field.tsx';
import type { Availability } from './absences.tsx';

const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];
const NIGHT = { days: EVERY_DAY, from: '22:00', to: '07:00' };

/** Quiet hours: when ordinary alerts wait. */
export const QuietHoursPanel = () => {
  const availability = useSetting<Availability>('/api/members/me/availability');
  const { data } = availability;
  const change = useChange();
  return (
    <Panel
      title="Quiet hours"
      intro="Ordinary alerts wait until they are over; important ones come through. Deadlines never wait, and others are asked meanwhile."
    >
      <Listing query={availability} empty={null}>
        {data && <Editor key={JSON.stringify(data.quietHours)} set={data.quietHours} change={change} />}
      </Listing>
    </Panel>
  );
};

const Editor = ({ set, change }: { set: QuietHours | null; change: Change }) => {
  const [timeZone, setTimeZone] = useState(set?.timeZone ?? ownZone());
  const [windows, setWindows] = useState(set?.windows ?? []);
  const save = (quietHours: QuietHours | null, done: string) => change.change('PUT', '/api/members/me/quiet-hours', { quietHours }, done);
  return (
    <>
      <p>{set === null ? 'You have none.' : `${set.windows.map(windowWords).join('; ')} (${set.timeZone})`}</p>
      {windows.length > 0 && (
        <div className="setting-form">
          <ZoneField value={timeZone} onChange={setTimeZone} error={change.errorAt('/quietHours/timeZone')} />
        </div>
      )}
      <WeekWindows windows={windows} onChange={setWindows} start={NIGHT} />
      {change.errorAt('/quietHours/windows') !== null && <p className="field-problem">{change.errorAt('/quietHours/windows')}</p>}
      <div className="ask-row">
        <SaveButton
          change={change}
          label="Save quiet hours"
          whyNot={windows.length === 0 && set === null ? 'Add a window first.' : null}
          save={() =>
            windows.length === 0 ? save(null, 'You have no quiet hours.') : save({ timeZone: timeZone.trim(), windows }, 'Saved.')
          }
        />
      </div>
      <Said change={change} />
    </>
  );
};
