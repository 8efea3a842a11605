import type { SecurityStanding } from '@holdpoint/contracts';
import { useState } from 'react';
import { AgentText } from '../../text/agent-text.tsx';
import { Clock } from '../../time/clock.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import { SaveButton } from '../save-button.tsx';
import { useChange, useSetting } from '../use-setting.ts';

/** The address somebody signs in with: another one counts once the link that is mailed there was opened. */
export const EmailPanel = () => {
  const { data } = useSetting<SecurityStanding>('/api/security');
  const change = useChange();
  const [email, setEmail] = useState('');
  const ask = async () => {
    const asked = await change.change('POST', '/api/me/email', { email: email.trim() }, 'A link is on its way to the new address.');
    if (asked !== null) setEmail('');
  };
  return (
    <Panel title="Address to sign in with" intro={data === undefined ? 'Reading…' : <AgentText text={data.email} />}>
      {data?.emailChange != null && (
        <p className="notice-line" role="status">
          A link was mailed to <AgentText text={data.emailChange.email} />. Open it before <Clock at={data.emailChange.expiresAt} />; until
          then nothing changes.
        </p>
      )}
      <div className="setting-form">
        <Field
          label="New address"
          hint="Alerts by e-mail go there too. Your password, passkeys and sessions stay as they are."
          error={change.errorAt('/email')}
        >
          {props => (
            <input
              {...props}
              type="email"
              autoComplete="email"
              maxLength={254}
              value={email}
              onChange={event => setEmail(event.target.value)}
            />
          )}
        </Field>
      </div>
      <SaveButton change={change} label="Mail the link" whyNot={email.trim() === '' ? 'Type the new address first.' : null} save={ask} />
      <Said change={change} />
    </Panel>
  );
};
