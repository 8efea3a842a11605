import type { AlertChannel, MessageTemplate, TemplateKind } from '@holdpoint/contracts';
import { useState } from 'react';
import { AgentText } from '../../text/agent-text.tsx';
import { languageChoices, languageName } from '../languages.ts';
import { Field, Listing, Panel } from '../panel.tsx';
import type { PartProps } from '../settings.tsx';
import { useChange, useSetting } from '../use-setting.ts';
import type { ChannelInfo } from '../you/addresses-of.ts';
import { TemplateEditor } from './template-editor.tsx';
import { TemplateVersions } from './template-versions.tsx';

type Published = { channel: AlertChannel; language: string; kind: TemplateKind; version: number; document: MessageTemplate };
/** `GET /api/templates`. */
export type Templates = { items: Published[]; builtIn: Record<TemplateKind, MessageTemplate>; variables: string[] };
/** Which words: of one channel, in one language, for one kind of message. */
export type Words = { channel: AlertChannel; language: string; kind: TemplateKind };

/** What each kind of message is about. */
const KINDS: Record<TemplateKind, string> = {
  request: 'Request',
  escalation: 'Escalation',
  assigned: 'Put in your hands',
  answered: 'Question answered',
  digest: 'Digest of many',
  decided: 'Decided',
};

/** Words of messages: an organisation's own, per channel, language and kind, version by version. */
const TemplatesPage = ({ rights }: PartProps) => {
  const templates = useSetting<Templates>('/api/templates');
  const channels = useSetting<{ items: ChannelInfo[] }>('/api/channels');
  const change = useChange();
  const [words, setWords] = useState<Words>({ channel: 'email', language: 'en', kind: 'request' });
  const [draft, setDraft] = useState<{ of: string; document: MessageTemplate } | null>(null);
  const { data } = templates;
  const known = (channels.data?.items ?? []).toSorted((a, b) => Number(b.connected) - Number(a.connected));
  const nameOf = (id: string) => known.find(channel => channel.id === id)?.displayName ?? id;
  const key = `${words.channel} ${words.language} ${words.kind}`;
  const published = data?.items.find(({ channel, language, kind }) => `${channel} ${language} ${kind}` === key);
  const current = published?.document ?? data?.builtIn[words.kind];
  return (
    <>
      <Panel
        title="Which words"
        intro="The agent’s words, the buttons and the link are added by the channel; credentials are blotted out in any case."
      >
        <div className="setting-form">
          <Field label="Channel">
            {props => (
              <select
                {...props}
                value={words.channel}
                onChange={event => setWords({ ...words, channel: event.target.value as AlertChannel })}
              >
                {known.map(({ id, displayName, connected }) => (
                  <option key={id} value={id}>
                    {displayName}
                    {connected ? '' : ' (not set up)'}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Language" hint="People choose theirs in their profile.">
            {props => (
              <select {...props} value={words.language} onChange={event => setWords({ ...words, language: event.target.value })}>
                {languageChoices(words.language).map(({ tag, name }) => (
                  <option key={tag} value={tag}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          <Field label="Message">
            {props => (
              <select {...props} value={words.kind} onChange={event => setWords({ ...words, kind: event.target.value as TemplateKind })}>
                {(Object.keys(KINDS) as TemplateKind[]).map(kind => (
                  <option key={kind} value={kind}>
                    {KINDS[kind]}
                  </option>
                ))}
              </select>
            )}
          </Field>
        </div>
        {data !== undefined && data.items.length > 0 && (
          <div className="choices" role="group" aria-label="Words of your own">
            {data.items.map(own => (
              <button
                key={`${own.channel} ${own.language} ${own.kind}`}
                type="button"
                className="button quiet"
                aria-pressed={own === published}
                onClick={() => setWords({ channel: own.channel, language: own.language, kind: own.kind })}
              >
                <AgentText text={`${nameOf(own.channel)} · ${languageName(own.language)} · ${KINDS[own.kind]}`} />
              </button>
            ))}
          </div>
        )}
      </Panel>
      <Listing query={templates} empty={null}>
        {data && current && (
          <>
            <TemplateEditor
              key={`${key} ${published?.version ?? 0} ${draft?.of ?? ''}`}
              words={words}
              start={draft?.of.startsWith(`${key} `) === true ? draft.document : current}
              version={published?.version ?? null}
              variables={data.variables}
              admin={rights.admin}
              change={change}
              name={`${nameOf(words.channel)} in ${languageName(words.language)}`}
            />
            <TemplateVersions
              words={words}
              builtIn={data.builtIn[words.kind]}
              take={(document, version) => setDraft({ of: `${key} ${version} ${Date.now()}`, document })}
            />
          </>
        )}
      </Listing>
    </>
  );
};
export default TemplatesPage;
