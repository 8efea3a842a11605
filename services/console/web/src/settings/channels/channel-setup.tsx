import { useState } from 'react';
import { AgentText } from '../../text/agent-text.tsx';
import { CopyButton } from '../../text/copy-button.tsx';
import { Ago } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Said } from '../panel.tsx';
import { useChange } from '../use-setting.ts';
import type { ChannelDetail } from './channels.tsx';
import { configOf, formFor, formsOf, missingIn, typedOf, withLabels } from './config-form.ts';
import { ConfigInput } from './config-input.tsx';

/** The settings of one channel: made from its schema, checked with the provider, tested, taken away. */
export const ChannelSetup = ({ channel, admin }: { channel: ChannelDetail; admin: boolean }) => {
  const change = useChange();
  const forms = formsOf(channel.form);
  const [at, setAt] = useState(() => formFor(forms, channel.config));
  const form = forms[at] ?? forms[0]!;
  const [typed, setTyped] = useState(() => typedOf(form, channel.config));
  const [takeAway, setTakeAway] = useState<ReadonlySet<string>>(new Set());
  const path = `/api/channels/${channel.id}`;
  const saved = channel.config !== null;
  const sameForm = formFor(forms, channel.config) === at;
  const secretsSet = sameForm ? channel.secretsSet : [];
  const missing = missingIn(form, typed, secretsSet);
  const whyNot = admin ? (missing.length > 0 ? `Still missing: ${missing.join(', ')}.` : null) : 'Administrators set channels up.';
  const save = async (untested: boolean) => {
    const config = configOf(form, typed, takeAway);
    if (
      (await change.change(
        'PUT',
        path,
        { config, untested },
        untested ? 'Saved, although the provider says no.' : 'The provider agrees; saved.',
      )) === null
    )
      return;
    // What was written as a secret is one now.
    setTyped({ ...typed, ...Object.fromEntries(form.fields.filter(({ secret }) => secret).map(({ name }) => [name, ''])) });
    setTakeAway(new Set());
  };
  const choose = (next: number) => {
    setAt(next);
    setTyped(typedOf(forms[next]!, channel.config));
    setTakeAway(new Set());
  };
  const refused = change.outcome?.kind === 'refused' ? change.outcome : null;
  const atFields = refused?.code === 'channel_fault' && refused.errors.length > 0;
  return (
    <div className="fold-body">
      {channel.installed && !saved && <p className="muted small">This installation brings it. Settings of your own take its place.</p>}
      {channel.fault !== null && (
        <p className="notice bad">
          The provider refuses these settings (<AgentText text={channel.fault.code} />
          ), first <Ago at={channel.fault.at} />. Nobody is reached there until it takes them again. Mend what is wrong, here or with the
          provider, then save them once more.
        </p>
      )}
      {channel.hookUrl !== null && channel.capabilities.enrolment !== 'session' && (
        <p className="hook-url">
          <span className="muted small">The provider calls back at</span> <code>{channel.hookUrl}</code>{' '}
          <CopyButton text={() => channel.hookUrl ?? ''} what="the address" />
        </p>
      )}
      {forms.length > 1 && (
        <div className="choices" role="group" aria-label="How it is set up">
          {forms.map((one, index) => (
            <button key={one.title} type="button" className="button quiet" aria-pressed={index === at} onClick={() => choose(index)}>
              {one.title}
            </button>
          ))}
        </div>
      )}
      <div className="setting-form">
        {form.fields.map(field => (
          <ConfigInput
            key={`${at} ${field.name}`}
            field={field}
            value={typed[field.name] ?? ''}
            isSet={secretsSet.includes(field.name)}
            isTakenAway={takeAway.has(field.name)}
            error={withLabels(change.errorAt(`/config/${field.name}`), form)}
            onChange={value => setTyped({ ...typed, [field.name]: value })}
            onTakeAway={on => setTakeAway(new Set(on ? [...takeAway, field.name] : [...takeAway].filter(name => name !== field.name)))}
          />
        ))}
      </div>
      <div className="ask-row">
        <AskFirst
          tone="primary"
          label={saved ? 'Save and check' : 'Set up and check'}
          will={`Asks ${channel.displayName} whether these settings work and saves them if they do.`}
          whyNot={whyNot}
          busy={change.busy}
          run={() => save(false)}
        />
        {refused?.code === 'channel_fault' && (
          <AskFirst
            label="Save it all the same"
            will="Saves them although the provider says no. Nobody is reached there until that is mended."
            busy={change.busy}
            run={() => save(true)}
          />
        )}
        {saved && admin && (
          <AskFirst
            label="Take it away"
            tone="stern"
            about={channel.displayName}
            will="Nobody is reached there any more; addresses stay for the day it is set up again. Its credentials are forgotten."
            busy={change.busy}
            run={() => change.change('DELETE', path, undefined, 'Taken away.')}
          />
        )}
      </div>
      {atFields ? (
        <p className="said bad-text" role="status">
          The provider says no: see the {refused.errors.length === 1 ? 'field' : 'fields'} marked above. Nothing was saved; what you wrote
          is still here.
        </p>
      ) : (
        <Said change={change} />
      )}
      {channel.connected && admin && <Test path={path} name={channel.displayName} />}
    </div>
  );
};

type Tested = { outcome: 'sent' } | { outcome: 'refused'; detail: string };

const Test = ({ path, name }: { path: string; name: string }) => {
  const change = useChange();
  const [said, setSaid] = useState<Tested | null>(null);
  const test = async () => setSaid(await change.change<Tested>('POST', `${path}/test`, {}, 'Asked.'));
  return (
    <div className="test-line">
      <AskFirst
        quiet
        label="Test"
        about={name}
        will="Asks the provider and sends a test message to your own address there."
        busy={change.busy}
        run={test}
      />
      <div role="status">
        {said?.outcome === 'sent' && <span className="good-text">The provider took a test message for you.</span>}
        {said?.outcome === 'refused' && (
          <span className="bad-text">
            <AgentText text={said.detail} />
          </span>
        )}
        {said === null && change.outcome?.kind === 'refused' && <span className="bad-text">{change.outcome.text}</span>}
      </div>
    </div>
  );
};
