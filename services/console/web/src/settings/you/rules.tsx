import type { NotificationRule } from '@holdpoint/contracts';
import { useState } from 'react';
import { Panel, Said } from '../panel.tsx';
import { SaveButton } from '../save-button.tsx';
import type { Change } from '../use-setting.ts';
import { addressName, type Addresses, type ChannelInfo } from './addresses-of.ts';
import { addedRule, DELAYS, delayWords, rulesOf, soonestFirst } from './rule-list.ts';

const IMPORTANCES = [
  { importance: 'default', title: 'Ordinary alerts', none: 'Everywhere at once.' },
  { importance: 'important', title: 'Important alerts', none: 'As ordinary ones.' },
] as const;

/** Which address comes first for which alerts, and which only when that was not enough. */
export const Rules = ({ own, channels, change }: { own: Addresses; channels: ChannelInfo[]; change: Change }) => {
  const addresses = own.items.filter(({ verified }) => verified);
  const [rules, setRules] = useState<NotificationRule[]>(() => rulesOf(own.rules, addresses));
  const [ordered, setOrdered] = useState(own.rules !== null && addresses.length > 0);
  const nameOf = (id: string) => {
    const address = addresses.find(one => one.id === id);
    return address === undefined ? id : addressName(address, channels);
  };
  const replace = (rule: NotificationRule, part: Partial<NotificationRule>) =>
    setRules(rules.map(one => (one === rule ? { ...one, ...part } : one)));
  const save = () => change.change('PUT', '/api/members/me/notification-rules', { rules: ordered ? soonestFirst(rules) : null }, 'Saved.');
  return (
    <Panel
      title="Where first"
      intro="Without rules you are told on every address at once. With them one comes first, and another when nobody has decided by then."
    >
      <div className="choices" role="group" aria-label="How you are told">
        <button type="button" className="button quiet" aria-pressed={!ordered} onClick={() => setOrdered(false)}>
          Everywhere at once
        </button>
        <button
          type="button"
          className="button quiet"
          aria-pressed={ordered}
          aria-disabled={addresses.length === 0}
          onClick={() => {
            if (addresses.length > 0) setOrdered(true);
          }}
        >
          By my rules
        </button>
      </div>
      {addresses.length === 0 && <p className="muted small">Add an address first.</p>}
      {ordered && (
        <div className="rule-columns">
          {IMPORTANCES.map(({ importance, title, none }) => {
            const meant = soonestFirst(rules.filter(rule => rule.importance === importance));
            return (
              <section key={importance} aria-label={title}>
                <h3>{title}</h3>
                {meant.length === 0 && <p className="muted small">{none}</p>}
                <ol className="rule-list">
                  {meant.map((rule, at) => (
                    <li key={`${rule.addressId} ${rule.afterSec} ${at}`}>
                      <select
                        aria-label={`${title}, ${at + 1}: when`}
                        value={rule.afterSec}
                        onChange={event => replace(rule, { afterSec: Number(event.target.value) })}
                      >
                        {[...new Set([...DELAYS, rule.afterSec])]
                          .toSorted((a, b) => a - b)
                          .map(seconds => (
                            <option key={seconds} value={seconds}>
                              {delayWords(seconds)}
                            </option>
                          ))}
                      </select>
                      <select
                        aria-label={`${title}, ${at + 1}: where`}
                        value={rule.addressId}
                        onChange={event => replace(rule, { addressId: event.target.value })}
                      >
                        {addresses.map(address => (
                          <option key={address.id} value={address.id}>
                            {nameOf(address.id)}
                          </option>
                        ))}
                      </select>
                      <button
                        type="button"
                        className="button quiet"
                        aria-disabled={rules.length === 1}
                        title={rules.length === 1 ? 'At least one rule remains.' : ''}
                        onClick={() => rules.length > 1 && setRules(rules.filter(one => one !== rule))}
                      >
                        Remove<span className="visually-hidden"> {nameOf(rule.addressId)}</span>
                      </button>
                    </li>
                  ))}
                </ol>
                <button
                  type="button"
                  className="button quiet"
                  onClick={() => setRules([...rules, addedRule(rules, importance, addresses)])}
                >
                  Add a rule
                </button>
              </section>
            );
          })}
        </div>
      )}
      <div className="ask-row">
        <SaveButton change={change} label="Save where first" save={save} />
        {ordered && rules.length === 1 && <span className="muted small">At least one rule remains.</span>}
      </div>
      <Said change={change} />
    </Panel>
  );
};
