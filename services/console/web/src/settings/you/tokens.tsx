import { useState } from 'react';
import { Ago, Clock } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Listing, Panel, Said } from '../panel.tsx';
import { Secret } from '../secret.tsx';
import type { PartProps } from '../settings.tsx';
import { useChange, useSetting } from '../use-setting.ts';

type Token = { id: string; operatorId: string; issuedAt: string; expiresAt: string | null; revoked: boolean };
/** How long a token lasts, days; empty: until it is revoked. */
const LIVES = [
  ['', 'Until revoked'],
  ['7', '7 days'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
] as const;
const DAY_MS = 86_400_000;

/** Personal access tokens: one's own. */
const TokensPage = ({ me }: PartProps) => {
  const tokens = useSetting<{ items: Token[] }>('/api/tokens');
  const change = useChange();
  const [days, setDays] = useState('90');
  const [token, setToken] = useState<string | null>(null);
  const items = (tokens.data?.items ?? []).filter(({ operatorId, revoked }) => operatorId === me.operatorId && !revoked);
  const issue = async () => {
    const body = days === '' ? {} : { expiresAt: new Date(Date.now() + Number(days) * DAY_MS).toISOString() };
    const made = await change.change<{ token: string }>('POST', '/api/tokens', body, 'Issued.');
    if (made !== null) setToken(made.token);
  };
  return (
    <Panel title="Your access tokens" intro="For the command line and scripts. Whoever holds one acts as you.">
      <Listing query={tokens} empty={items.length === 0 ? 'You have none.' : null}>
        <ul className="setting-rows">
          {items.map(({ id, issuedAt, expiresAt }) => (
            <li key={id}>
              <div className="row-text">
                <code>{id}</code>
                {expiresAt !== null && (
                  <span className="tag">
                    until <Clock at={expiresAt} />
                  </span>
                )}
                <p className="muted small">
                  issued <Ago at={issuedAt} />
                </p>
              </div>
              <AskFirst
                quiet
                label="Revoke"
                about={id}
                will="Whatever uses this token is refused from the next request on."
                busy={change.busy}
                run={() => change.change('DELETE', `/api/tokens/${id}`, undefined, 'Revoked.')}
              />
            </li>
          ))}
        </ul>
      </Listing>
      {token !== null && <Secret what="The token" value={token} />}
      <div className="ask-row">
        <label className="inline-field">
          Lasts
          <select value={days} onChange={event => setDays(event.target.value)}>
            {LIVES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
        <AskFirst
          label="Issue a token"
          will="Makes a token that acts as you until it ends or you revoke it."
          busy={change.busy}
          run={issue}
        />
      </div>
      <Said change={change} />
    </Panel>
  );
};
export default TokensPage;
