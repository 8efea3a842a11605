import { useState } from 'react';
import { languageChoices } from '../languages.ts';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import { SaveButton } from '../save-button.tsx';
import type { PartProps } from '../settings.tsx';
import { type Change, useChange, useSetting } from '../use-setting.ts';
import { ownZone } from '../week-windows.tsx';
import { ZoneField } from '../zone-field.tsx';
import type { Addresses } from './addresses-of.ts';
import { Absences } from './absences.tsx';
import { EmailPanel } from './email.tsx';
import { QuietHoursPanel } from './quiet-hours.tsx';

/** Profile: who you are, by which address you sign in, in which language and zone you are told, when you are not to be disturbed, and when you are away. */
const ProfilePage = ({ me }: PartProps) => {
  const own = useSetting<Addresses>('/api/addresses');
  const change = useChange();
  return (
    <>
      <Listing query={own} empty={null}>
        {own.data && (
          <Words
            key={`${own.data.language} ${own.data.timeZone}`}
            name={me.name}
            email={me.email}
            roles={me.roles}
            own={own.data}
            change={change}
          />
        )}
      </Listing>
      <EmailPanel />
      <QuietHoursPanel />
      <Absences me={me} />
    </>
  );
};
export default ProfilePage;

type WordsProps = { name: string; email: string; roles: readonly string[]; own: Addresses; change: Change };

const Words = ({ name, email, roles, own, change }: WordsProps) => {
  const [language, setLanguage] = useState(own.language);
  const [timeZone, setTimeZone] = useState(own.timeZone ?? ownZone());
  const save = () => change.change('PUT', '/api/members/me/profile', { language, timeZone: timeZone.trim() }, 'Saved.');
  return (
    <Panel title={name} intro={`${email} · ${roles.join(', ')}`}>
      <div className="setting-form">
        <Field
          label="Language of messages"
          hint="Where your organisation has its own words in it; else English."
          error={change.errorAt('/language')}
        >
          {props => (
            <select {...props} value={language} onChange={event => setLanguage(event.target.value)}>
              {languageChoices(own.language).map(choice => (
                <option key={choice.tag} value={choice.tag}>
                  {choice.name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <ZoneField value={timeZone} onChange={setTimeZone} error={change.errorAt('/timeZone')} />
      </div>
      <SaveButton change={change} label="Save the profile" save={save} />
      <Said change={change} />
    </Panel>
  );
};
