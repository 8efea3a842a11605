import type { AlertChannel, ChannelPolicy, DecisionCeiling } from '@holdpoint/contracts';
import { useState } from 'react';
import { AskFirst } from '../ask-first.tsx';
import { Field, Listing, Panel, Said } from '../panel.tsx';
import type { PartProps } from '../settings.tsx';
import { type Change, useChange, useSetting } from '../use-setting.ts';
import type { ChannelInfo } from '../you/addresses-of.ts';
import { COOL_DOWNS, pathsIn, policyOf, typedPolicy } from './policy-form.ts';

type Channel = ChannelInfo & { capabilities: ChannelInfo['capabilities'] & { defaultCeiling: DecisionCeiling } };

const CEILINGS: readonly DecisionCeiling[] = ['none', 'low', 'medium', 'high', 'critical'];
const ceilingWords = (ceiling: DecisionCeiling) =>
  ceiling === 'none' ? 'nothing, rejecting only' : ceiling === 'critical' ? 'any risk' : `up to ${ceiling} risk`;

/** What channels may: up to which risk they approve, how much they may cost and send, and what never leaves for them. */
const ChannelLimitsPage = ({ rights: { admin } }: PartProps) => {
  const policy = useSetting<{ policy: ChannelPolicy }>('/api/organization/channel-policy');
  const channels = useSetting<{ items: Channel[] }>('/api/channels');
  const change = useChange();
  return (
    <Listing query={policy} empty={null}>
      {policy.data && channels.data && (
        <Editor
          key={JSON.stringify(policy.data)}
          policy={policy.data.policy}
          channels={channels.data.items}
          admin={admin}
          change={change}
        />
      )}
    </Listing>
  );
};
export default ChannelLimitsPage;

type EditorProps = { policy: ChannelPolicy; channels: Channel[]; admin: boolean; change: Change };

const Editor = ({ policy, channels, admin, change }: EditorProps) => {
  const [typed, setTyped] = useState(() => typedPolicy(policy));
  const set = (part: Partial<typeof typed>) => setTyped({ ...typed, ...part });
  const ceilingOf = (id: AlertChannel) => typed.ceilings[id] ?? '';
  return (
    <>
      <Panel
        title="What may be decided from where"
        intro="Rejecting is possible from everywhere, at any risk. In the console a person may approve whatever the step lets them."
      >
        <ul className="setting-rows">
          {channels.map(({ id, displayName, connected, capabilities }) => (
            <li key={id}>
              <span className="row-text">
                {displayName}
                {!connected && <span className="tag">not set up</span>}
              </span>
              <span className="row-actions">
                <select
                  aria-label={`${displayName} may approve`}
                  value={ceilingOf(id)}
                  disabled={!admin}
                  onChange={event => set({ ceilings: { ...typed.ceilings, [id]: event.target.value as DecisionCeiling | '' } })}
                >
                  <option value="">by default: {ceilingWords(capabilities.defaultCeiling)}</option>
                  {CEILINGS.map(ceiling => (
                    <option key={ceiling} value={ceiling}>
                      {ceilingWords(ceiling)}
                    </option>
                  ))}
                </select>
                {capabilities.paid && (
                  <input
                    className="short"
                    inputMode="numeric"
                    aria-label={`${displayName}: paid units a day at most`}
                    placeholder="units a day"
                    disabled={!admin}
                    value={typed.unitsPerDayMax[id] ?? ''}
                    onChange={event => set({ unitsPerDayMax: { ...typed.unitsPerDayMax, [id]: event.target.value } })}
                  />
                )}
              </span>
            </li>
          ))}
        </ul>
        {change.errorAt('/policy/unitsPerDayMax') !== null && (
          <p className="field-problem">Units a day: {change.errorAt('/policy/unitsPerDayMax')}</p>
        )}
      </Panel>
      <Panel title="How much is sent, and what never is">
        <div className="setting-form">
          <Field
            label="Alerts a minute"
            hint="To one person on one channel; the rest comes as one digest."
            error={change.errorAt('/policy/alertsPerMinuteMax')}
          >
            {props => (
              <input
                {...props}
                inputMode="numeric"
                value={typed.alertsPerMinuteMax}
                onChange={event => set({ alertsPerMinuteMax: event.target.value })}
              />
            )}
          </Field>
          <Field
            label="New addresses may approve"
            hint="A number can be taken over: whoever does so has to wait."
            error={change.errorAt('/policy/coolDownSec')}
          >
            {props => (
              <select {...props} value={typed.coolDownSec} onChange={event => set({ coolDownSec: event.target.value })}>
                {[...new Map([...COOL_DOWNS, [typed.coolDownSec, `after ${typed.coolDownSec} s`] as const].toReversed())]
                  .toReversed()
                  .map(([seconds, words]) => (
                    <option key={seconds} value={seconds}>
                      {words}
                    </option>
                  ))}
              </select>
            )}
          </Field>
        </div>
        <Field
          wide
          label="Blotted out of every message"
          hint="JSON Pointers into an action’s arguments, such as /card or /customer/email, one a line. Credentials and card numbers always are."
          error={change.errorAt('/policy/redactPaths')}
        >
          {props => (
            <textarea
              {...props}
              className="code"
              rows={3}
              value={typed.redactPaths}
              onChange={event => set({ redactPaths: event.target.value })}
            />
          )}
        </Field>
        <AskFirst
          tone="primary"
          label="Save the limits"
          will={`From the next alert and the next answer on: ${Object.values(typed.ceilings).filter(ceiling => ceiling !== '').length} ceilings of your own, ${typed.alertsPerMinuteMax} alerts a minute, ${pathsIn(typed.redactPaths).length} places blotted out.`}
          whyNot={admin ? null : 'Administrators change this.'}
          busy={change.busy}
          run={() => change.change('PUT', '/api/organization/channel-policy', { policy: policyOf(typed) }, 'Saved.')}
        />
        <Said change={change} />
      </Panel>
    </>
  );
};
