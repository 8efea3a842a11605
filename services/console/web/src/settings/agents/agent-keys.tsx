import type { ApiKeyScope } from '@holdpoint/contracts';
import { useState } from 'react';
import { Ago, Clock } from '../../time/clock.tsx';
import { AskFirst } from '../ask-first.tsx';
import { Said } from '../panel.tsx';
import { Secret } from '../secret.tsx';
import { useChange } from '../use-setting.ts';
import { OVERLAPS, overlapWords } from './overlaps.ts';

export type ApiKey = {
  id: string;
  agentId: string;
  mode: 'live' | 'test';
  scopes: ApiKeyScope[];
  issuedAt: string;
  expiresAt: string | null;
  revoked: boolean;
  usedAt: string | null;
};
type Agent = { id: string; name: string };

/** What a key may do, in words; the first is everything. */
const SCOPES: readonly { words: string; scopes: ApiKeyScope[] }[] = [
  { words: 'asks and reads', scopes: ['requests:write', 'requests:read'] },
  { words: 'only asks', scopes: ['requests:write'] },
  { words: 'only reads', scopes: ['requests:read'] },
];
const scopeWords = (scopes: readonly ApiKeyScope[]): string =>
  SCOPES.find(({ scopes: known }) => known.length === scopes.length && known.every(scope => scopes.includes(scope)))?.words ??
  scopes.join(', ');

const works = ({ revoked, expiresAt }: ApiKey): boolean => !revoked && (expiresAt === null || Date.parse(expiresAt) > Date.now());

/** The keys of one agent: made, replaced, revoked. Each is shown once. */
export const AgentKeys = ({ agent, apiKeys, admin }: { agent: Agent; apiKeys: ApiKey[]; admin: boolean }) => {
  const change = useChange();
  const [shown, setShown] = useState<string | null>(null);
  const [mode, setMode] = useState<'live' | 'test'>('live');
  const [scope, setScope] = useState(0);
  const [overlapSec, setOverlapSec] = useState<number>(OVERLAPS[2]);
  const working = apiKeys.filter(works);
  const over = apiKeys.length - working.length;
  const take = async (path: string, body: unknown, done: string) => {
    const made = await change.change<{ apiKey: string }>('POST', path, body, done);
    if (made !== null) setShown(made.apiKey);
  };
  const { words, scopes } = SCOPES[scope] ?? SCOPES[0]!;
  return (
    <>
      <ul className="setting-rows">
        {working.map(key => (
          <li key={key.id}>
            <div className="row-text">
              <code>{key.id}</code>
              <span className={`tag ${key.mode === 'live' ? 'good' : ''}`}>{key.mode}</span>
              <span className="tag">{scopeWords(key.scopes)}</span>
              {key.expiresAt !== null && (
                <span className="tag warn">
                  until <Clock at={key.expiresAt} />
                </span>
              )}
              <p className="muted small">
                issued <Ago at={key.issuedAt} /> ·{' '}
                {key.usedAt === null ? (
                  'never used'
                ) : (
                  <>
                    first used <Ago at={key.usedAt} />
                  </>
                )}
              </p>
            </div>
            {admin && (
              <div className="row-actions">
                <AskFirst
                  quiet
                  label="Rotate"
                  about={key.id}
                  will={`Makes a key in its place; ${overlapWords(overlapSec)}.`}
                  busy={change.busy}
                  run={() => take(`/api/api-keys/${key.id}/rotate`, { overlapSec }, 'Rotated.')}
                />
                <AskFirst
                  quiet
                  label="Revoke"
                  about={key.id}
                  will={`${agent.name} is refused with this key from the next request on.`}
                  busy={change.busy}
                  run={() => change.change('DELETE', `/api/api-keys/${key.id}`, undefined, 'Revoked.')}
                />
              </div>
            )}
          </li>
        ))}
      </ul>
      {working.length === 0 && <p className="muted">It has no key, so it cannot ask.</p>}
      {over > 0 && (
        <p className="muted small">
          {over} {over === 1 ? 'key does' : 'keys do'} not work any more.
        </p>
      )}
      {shown !== null && <Secret what="The API key" value={shown} />}
      {admin && (
        <div className="ask-row">
          <label className="inline-field">
            <span className="visually-hidden">Mode of a new key for {agent.name}</span>
            <select value={mode} onChange={event => setMode(event.target.value as 'live' | 'test')}>
              <option value="live">live</option>
              <option value="test">test</option>
            </select>
          </label>
          <label className="inline-field">
            <span className="visually-hidden">What a new key for {agent.name} may do</span>
            <select value={scope} onChange={event => setScope(Number(event.target.value))}>
              {SCOPES.map((choice, at) => (
                <option key={choice.words} value={at}>
                  {choice.words}
                </option>
              ))}
            </select>
          </label>
          <AskFirst
            label="New key"
            about={`for ${agent.name}`}
            will={`Makes a ${mode} key that ${words} for ${agent.name}${mode === 'test' ? ', without effect on anything real' : ''}.`}
            busy={change.busy}
            run={() => take('/api/api-keys', { agentId: agent.id, mode, scopes }, 'Issued.')}
          />
          <label className="inline-field">
            After rotating
            <select value={overlapSec} onChange={event => setOverlapSec(Number(event.target.value))}>
              {OVERLAPS.map(seconds => (
                <option key={seconds} value={seconds}>
                  {overlapWords(seconds)}
                </option>
              ))}
            </select>
          </label>
        </div>
      )}
      <Said change={change} />
    </>
  );
};
