import type { OrganizationProfile, WorkingHours } from '@holdpoint/contracts';
import { useState } from 'react';
import { AskFirst } from '../ask-first.tsx';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import type { PartProps } from '../settings.tsx';
import { type Change, useChange, useSetting } from '../use-setting.ts';
import { ownZone } from '../week-windows.tsx';
import { ZoneField } from '../zone-field.tsx';
import { useShowAgain } from '../../shell/use-show-again.ts';
import { History } from './history.tsx';
import { LogoPanel } from './logo.tsx';
import { RetentionPanel } from './retention.tsx';
import { WorkingHoursPanel } from './working-hours.tsx';

/** `GET /api/organization`, as far as it is about what the organisation says of itself. */
type Organization = {
  id: string;
  name: string;
  profile: Omit<OrganizationProfile, 'name'> | null;
  logo: string | null;
  workingHours: WorkingHours | null;
};

/** The organisation: its name and logo, where it is at home and when it works, how long what is kept, and who changed what. */
const OrganizationPage = ({ rights: { admin, readsSettings } }: PartProps) => {
  const organization = useSetting<Organization>('/api/organization');
  const change = useChange();
  const hoursChange = useChange();
  const { data } = organization;
  return (
    <>
      <Listing query={organization} empty={null}>
        {data && (
          <>
            <Profile key={JSON.stringify([data.name, data.profile])} organization={data} admin={admin} change={change} />
            <LogoPanel name={data.name} logo={data.logo} admin={admin} />
            <WorkingHoursPanel
              key={JSON.stringify(data.workingHours)}
              hours={data.workingHours}
              zone={data.profile?.timeZone ?? ownZone()}
              admin={admin}
              change={hoursChange}
            />
          </>
        )}
      </Listing>
      {readsSettings && <RetentionPanel admin={admin} />}
      <History />
    </>
  );
};
export default OrganizationPage;

const Profile = ({ organization, admin, change }: { organization: Organization; admin: boolean; change: Change }) => {
  const [name, setName] = useState(organization.name);
  const [initials, setInitials] = useState(organization.profile?.initials ?? '');
  const [timeZone, setTimeZone] = useState(organization.profile?.timeZone ?? ownZone());
  const [retentionNote, setRetentionNote] = useState(organization.profile?.retentionNote ?? '');
  const showAgain = useShowAgain();
  const save = async () => {
    if ((await change.change('PUT', '/api/organization/profile', { profile }, 'Saved.')) !== null) await showAgain();
  };
  const profile = {
    name: name.trim(),
    initials: initials.trim() === '' ? null : initials.trim(),
    timeZone: timeZone.trim(),
    retentionNote: retentionNote.trim(),
  };
  return (
    <Panel title="About" intro={organization.id} aside={profile.initials !== null && <span className="initials">{profile.initials}</span>}>
      <div className="setting-form">
        <Field label="Name" hint="In the console and in every message." error={change.errorAt('/profile/name')}>
          {props => <input {...props} maxLength={128} value={name} onChange={event => setName(event.target.value)} />}
        </Field>
        <Field label="Initials (optional)" hint="Up to three letters; they stand for a logo." error={change.errorAt('/profile/initials')}>
          {props => <input {...props} maxLength={3} value={initials} onChange={event => setInitials(event.target.value)} />}
        </Field>
        <ZoneField value={timeZone} onChange={setTimeZone} error={change.errorAt('/profile/timeZone')} />
      </div>
      <Field
        wide
        label="What is kept, in your words"
        hint="A note for your people and auditors. What happens is set below."
        error={change.errorAt('/profile/retentionNote')}
      >
        {props => (
          <textarea {...props} rows={3} maxLength={2_000} value={retentionNote} onChange={event => setRetentionNote(event.target.value)} />
        )}
      </Field>
      <AskFirst
        tone="primary"
        label="Save"
        about="the organisation"
        will={`Everybody sees ${profile.name} from now on, here and in messages.`}
        whyNot={!admin ? 'Administrators change this.' : profile.name === '' ? 'Give it a name.' : null}
        busy={change.busy}
        run={save}
      />
      <Said change={change} />
    </Panel>
  );
};
