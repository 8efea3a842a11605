import { useState } from 'react';
import { CopyButton } from '../../text/copy-button.tsx';
import { Field, Said } from '../panel.tsx';
import { SaveButton } from '../save-button.tsx';
import { useChange } from '../use-setting.ts';
import type { ChannelInfo } from './addresses-of.ts';

type Begun = { id: string; enrolment: string; link?: string; paste?: string };

/** What an address looks like on the channels where a person types it. */
const EXAMPLES: Partial<Record<ChannelInfo['id'], { label: string; example: string; type: string }>> = {
  email: { label: 'E-mail address', example: 'ada@example.com', type: 'email' },
  sms: { label: 'Mobile number', example: '+49 151 2345678', type: 'tel' },
  voice: { label: 'Number to call', example: '+49 30 1234567', type: 'tel' },
  whatsapp: { label: 'WhatsApp number', example: '+49 151 2345678', type: 'tel' },
};

/** What happens next, by how the channel proves an address. */
const NEXT: Record<string, string> = {
  code: 'A code is sent there; you type it here.',
  confirm: 'A link is sent there; you open it and confirm.',
  link: 'You open a link and write from your own account there.',
};

/** Adds an address on one of the channels that are set up. */
export const AddAddress = ({ channels }: { channels: ChannelInfo[] }) => {
  const usable = channels.filter(
    ({ connected, capabilities }) => connected && capabilities.enrolment !== 'session' && capabilities.enrolment !== 'none',
  );
  const missing = channels.filter(({ connected, capabilities }) => !connected && capabilities.enrolment !== 'none');
  const [id, setId] = useState<string | null>(null);
  const channel = usable.find(one => one.id === id) ?? usable[0];
  return (
    <>
      {channel === undefined ? (
        <p className="muted">No channel is set up yet. An administrator does that under Channels.</p>
      ) : (
        <>
          <div className="choices" role="group" aria-label="Channel">
            {usable.map(one => (
              <button
                key={one.id}
                type="button"
                className="button quiet"
                aria-pressed={one.id === channel.id}
                onClick={() => setId(one.id)}
              >
                {one.displayName}
              </button>
            ))}
          </div>
          <Enrol key={channel.id} channel={channel} />
        </>
      )}
      {missing.length > 0 && (
        <p className="muted small">Not set up in this organisation: {missing.map(({ displayName }) => displayName).join(', ')}.</p>
      )}
    </>
  );
};

const Enrol = ({ channel }: { channel: ChannelInfo }) => {
  const change = useChange();
  const [address, setAddress] = useState('');
  const [begun, setBegun] = useState<Begun | null>(null);
  const { enrolment } = channel.capabilities;
  const typed = enrolment !== 'link';
  const { label, example, type } = EXAMPLES[channel.id] ?? { label: 'Address', example: '', type: 'text' };
  const begin = async () => {
    const body = typed ? { channel: channel.id, address: address.trim() } : { channel: channel.id };
    const done = await change.change<Begun>('POST', '/api/addresses', body, SENT[enrolment] ?? 'Begun.');
    setBegun(done);
    if (done !== null) setAddress('');
  };
  return (
    <div className="enrol">
      <p className="muted small">
        {NEXT[enrolment]}
        {channel.capabilities.needsOpenWindow &&
          ' This channel reaches you only for a day after you wrote there: the inbox stands beside it.'}
        {channel.capabilities.paid && ' Each message costs your organisation money.'}
      </p>
      {typed && (
        <div className="setting-form">
          <Field label={label} error={change.errorAt('/address')}>
            {props => (
              <input
                {...props}
                type={type}
                placeholder={example}
                autoComplete="off"
                value={address}
                onChange={event => setAddress(event.target.value)}
                onKeyDown={event => event.key === 'Enter' && address.trim() !== '' && void begin()}
              />
            )}
          </Field>
        </div>
      )}
      <SaveButton
        change={change}
        label={typed ? `Add ${channel.displayName}` : `Link ${channel.displayName}`}
        whyNot={typed && address.trim() === '' ? 'Type it first.' : null}
        save={begin}
      />
      <Said change={change} />
      {begun?.link !== undefined && <OpenLink name={channel.displayName} begun={begun} />}
    </div>
  );
};

const SENT: Record<string, string> = {
  code: 'A code is on its way. Type it under “To be proved”.',
  confirm: 'A mail is on its way. Open its link and confirm.',
  link: 'Open the link within a quarter of an hour, on whichever device has the account.',
};

/** Only addresses of the web are made links: what a provider answers is not trusted further. */
const isWeb = (link: string) => /^https?:\/\//.test(link);

const OpenLink = ({ name, begun: { link = '', paste } }: { name: string; begun: Begun }) => (
  <div className="secret">
    <p>
      {isWeb(link) && (
        <a className="button" href={link} target="_blank" rel="noopener noreferrer">
          Open {name}
        </a>
      )}{' '}
      <code>{link}</code> <CopyButton text={() => link} what="the link" />
    </p>
    {paste !== undefined && (
      <p>
        Send this there: <code>{paste}</code> <CopyButton text={() => paste} what="the text" />
      </p>
    )}
  </div>
);
