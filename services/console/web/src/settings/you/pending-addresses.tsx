import { useState } from 'react';
import { AgentText } from '../../text/agent-text.tsx';
import { Countdown } from '../../time/clock.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import { SaveButton } from '../save-button.tsx';
import { useChange } from '../use-setting.ts';
import type { Addresses, ChannelInfo } from './addresses-of.ts';

type One = Addresses['pending'][number];

/** Addresses that were begun: a code is typed here, everything else happens there. */
export const Pending = ({ pending, channels }: { pending: One[]; channels: ChannelInfo[] }) => (
  <Panel title="To be proved">
    <ul className="setting-rows">
      {pending.map(one => (
        <li key={one.id}>
          <PendingOne one={one} channel={channels.find(({ id }) => id === one.channel)} />
        </li>
      ))}
    </ul>
  </Panel>
);

const WAITING: Record<string, string> = {
  confirm: 'Open the link in the mail and confirm there.',
  link: 'Open the link and write from your account; this page follows by itself.',
};

const PendingOne = ({ one, channel }: { one: One; channel: ChannelInfo | undefined }) => {
  const change = useChange();
  const [code, setCode] = useState('');
  const enrolment = channel?.capabilities.enrolment ?? 'link';
  const verify = () => change.change('POST', `/api/addresses/${one.id}/verify`, { code: code.trim() }, 'It is yours.');
  return (
    <div className="row-text">
      <strong>{channel?.displayName ?? one.channel}</strong> {one.address !== null && <AgentText text={one.address} />}{' '}
      <span className="muted small">
        <Countdown until={one.expiresAt} prefix="for" />
      </span>
      {enrolment === 'code' ? (
        <>
          <div className="setting-form">
            <Field label="Code" hint="Six digits. Five tries." error={change.errorAt('/code')}>
              {props => (
                <input
                  {...props}
                  inputMode="numeric"
                  autoComplete="one-time-code"
                  maxLength={12}
                  value={code}
                  onChange={event => setCode(event.target.value)}
                  onKeyDown={event => event.key === 'Enter' && code.trim() !== '' && void verify()}
                />
              )}
            </Field>
          </div>
          <SaveButton change={change} label="Prove it" whyNot={code.trim() === '' ? 'Type the code first.' : null} save={verify} />
          {change.errorAt('/code') === null && <Said change={change} />}
        </>
      ) : (
        <p className="muted small">{WAITING[enrolment]}</p>
      )}
    </div>
  );
};
