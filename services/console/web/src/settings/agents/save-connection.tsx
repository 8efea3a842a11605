import { useEffect, useRef, useState } from 'react';
import { AskFirst } from '../ask-first.tsx';
import { Field, Panel, Said } from '../panel.tsx';
import { type Change, useChange, useSetting } from '../use-setting.ts';
import { bodyOf, EMPTY, PROVIDERS, typedOf, whyNotSave, type Connection, type Provider, type Typed } from './connection-form.ts';

type Props = { typed: Typed; change: Change; set(more: Partial<Typed>): void; known: Connection | undefined };
type PanelProps = {
  known: readonly Connection[];
  /** One that somebody wants to change: the form shows it, each time anew. */
  chosen: Connection | null;
};

/** Adds a connection, or changes a known one. The provider is asked before anything is saved. */
export const SaveConnection = ({ known: all, chosen }: PanelProps) => {
  const change = useChange();
  const [typed, setTyped] = useState(EMPTY);
  const form = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (chosen === null) return;
    setTyped(typedOf(chosen));
    form.current?.querySelector('input')?.focus();
  }, [chosen]);
  const set = (more: Partial<Typed>) => setTyped({ ...typed, ...more });
  const known = all.find(({ id }) => id === typed.id.trim());
  const { name, hooks, runs, template } = PROVIDERS[typed.provider];
  const save = async (untested: boolean) => {
    const said = untested ? 'Saved without asking the provider.' : 'The provider takes the key; saved.';
    const done = await change.change('POST', '/api/connections', bodyOf(typed, untested), said);
    if (done !== null) set({ apiKey: '', webhookSecret: '' });
  };
  const refused = change.outcome?.kind === 'refused' ? change.outcome.code : null;
  const props = { typed, change, set, known };
  return (
    <Panel
      title={known === undefined ? 'Add a connection' : `Change ${known.id}`}
      intro="With one, a paused run is resumed by Holdpoint itself once somebody has decided. A known id is changed; secrets are stored sealed, never shown again, and stay what they are where nothing is written."
    >
      <div className="setting-form" ref={form}>
        <WhereTo {...props} />
        {hooks && <Hooks {...props} />}
        {runs && (
          <Field label="Where a run is over before its answer" error={change.errorAt('/fallback')}>
            {field => (
              <select {...field} value={typed.fallback} onChange={event => set({ fallback: event.target.value as Typed['fallback'] })}>
                <option value="callback">tell the app by its callback</option>
                <option value="newRunOnThread">begin a new run on its thread</option>
              </select>
            )}
          </Field>
        )}
        {template && <Template {...props} />}
      </div>
      <div className="ask-row">
        <AskFirst
          tone="primary"
          label="Save and check"
          will={`Asks ${name} whether it takes the key, and saves the connection if it does.`}
          whyNot={whyNotSave(typed, known)}
          busy={change.busy}
          run={() => save(false)}
        />
        {(refused === 'connection_fault' || refused === 'callback_unavailable') && (
          <AskFirst
            label="Save it all the same"
            will="Saves it although the provider does not agree. No run is resumed through it until that is mended."
            busy={change.busy}
            run={() => save(true)}
          />
        )}
      </div>
      <Said change={change} />
    </Panel>
  );
};

const WhereTo = ({ typed, change, set, known }: Props) => (
  <>
    <Field label="Id" error={change.errorAt('/id')}>
      {field => <input {...field} spellCheck={false} value={typed.id} onChange={event => set({ id: event.target.value })} />}
    </Field>
    <Field label="Provider" error={change.errorAt('/provider')}>
      {field => (
        <select
          {...field}
          value={typed.provider}
          onChange={event => {
            const provider = event.target.value as Provider;
            set({ provider, baseUrl: PROVIDERS[provider].baseUrl });
          }}
        >
          {Object.entries(PROVIDERS).map(([value, { name }]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      )}
    </Field>
    <Field label="Base URL" error={change.errorAt('/baseUrl')}>
      {field => <input {...field} type="url" value={typed.baseUrl} onChange={event => set({ baseUrl: event.target.value })} />}
    </Field>
    <Field
      label="API key"
      hint={known?.provider === typed.provider ? 'Set. Write one only to replace it.' : 'Written, never shown.'}
      error={change.errorAt('/apiKey')}
    >
      {field => (
        <input
          {...field}
          type="password"
          autoComplete="new-password"
          value={typed.apiKey}
          onChange={event => set({ apiKey: event.target.value })}
        />
      )}
    </Field>
  </>
);

const Hooks = ({ typed, change, set, known }: Props) => {
  const agents = useSetting<{ items: { id: string; name: string }[] }>('/api/agents');
  const endpoints = useSetting<{ items: { id: string; url: string | null; disabled: boolean }[] }>('/api/endpoints');
  return (
    <>
      <Field
        label="Webhook secret"
        hint={
          known?.webhookSecretSet === true
            ? 'Set. A new one leaves it in force for a day, while the provider changes over.'
            : 'whsec_…, from the provider. Without one its webhooks are refused.'
        }
        error={change.errorAt('/webhookSecret')}
      >
        {field => (
          <input
            {...field}
            type="password"
            autoComplete="new-password"
            value={typed.webhookSecret}
            onChange={event => set({ webhookSecret: event.target.value })}
          />
        )}
      </Field>
      <Field label="Who asks" hint="The agent that its webhooks count as." error={change.errorAt('/agentId')}>
        {field => (
          <select {...field} value={typed.agentId} onChange={event => set({ agentId: event.target.value })}>
            <option value="">nobody</option>
            {(agents.data?.items ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field
        label="Who is told as well"
        hint="An endpoint that hears every decision, besides the agent’s server."
        error={change.errorAt('/endpointId')}
      >
        {field => (
          <select {...field} value={typed.endpointId} onChange={event => set({ endpointId: event.target.value })}>
            <option value="">nobody</option>
            {(endpoints.data?.items ?? [])
              .filter(({ url, disabled }) => url !== null && !disabled)
              .map(({ id }) => (
                <option key={id} value={id}>
                  {id}
                </option>
              ))}
          </select>
        )}
      </Field>
    </>
  );
};

const Template = ({ typed, change, set, known }: Props) => (
  <Field
    wide
    label="Template"
    hint={
      known?.templateSet === true
        ? 'Set. Write one only to replace it.'
        : 'JSON that goes with every answer: model, instructions and tools, which a response does not pass on.'
    }
    error={change.errorAt('/template')}
  >
    {field => (
      <textarea
        {...field}
        rows={6}
        spellCheck={false}
        placeholder={'{ "model": "gpt-5.4", "instructions": "…", "tools": [] }'}
        value={typed.template}
        onChange={event => set({ template: event.target.value })}
      />
    )}
  </Field>
);
