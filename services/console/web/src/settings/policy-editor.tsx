import { useEffect, useRef, useState } from 'react';
import { send } from '../api/client.ts';
import { AgentText } from '../text/agent-text.tsx';
import { AskFirst } from './ask-first.tsx';
import { Panel, Said } from './panel.tsx';
import { useChange, useSetting } from './use-setting.ts';

type Problem = { line: number; column: number; severity: 'error' | 'warning'; message: string };
type Checked = {
  usable: boolean;
  policyId: string | null;
  problems: Problem[];
  cases: { line: number; name: string; ok: boolean; expected: string; said: string; explanation: string }[];
  changes: { name: string; words: string }[] | null;
  against: { id: string; version: number } | null;
};
type Published = { id: string; version: number; active: boolean; proposed?: boolean; warnings?: { detail: string }[] };

/** Typing pauses of this long check the text, milliseconds. */
const CHECK_AFTER_MS = 350;

/** Checks a text a moment after it was typed; an answer that comes late for an older text is dropped. */
const useCheck = (text: string | null): { checked: Checked | null; checking: boolean; failure: string | null } => {
  const [state, setState] = useState<{ text: string; checked: Checked | null; failure: string | null } | null>(null);
  useEffect(() => {
    if (text === null || text.trim() === '') return;
    let current = true;
    const timer = setTimeout(() => {
      send<Checked>('POST', '/api/policies/check', { text }).then(
        checked => current && setState({ text, checked, failure: null }),
        (error: Error) => current && setState({ text, checked: null, failure: error.message }),
      );
    }, CHECK_AFTER_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [text]);
  return { checked: state?.checked ?? null, checking: state?.text !== text, failure: state?.failure ?? null };
};

/** The text with its line numbers; lines with a problem are marked. */
const CodeField = ({
  text,
  problems,
  onType,
  area,
}: {
  text: string;
  problems: Problem[];
  onType(text: string): void;
  area: React.RefObject<HTMLTextAreaElement | null>;
}) => {
  const gutter = useRef<HTMLDivElement>(null);
  const marks = new Map(problems.toReversed().map(({ line, severity }) => [line, severity]));
  const lines = text.split('\n').length;
  return (
    <div className="code-field">
      <div className="gutter" ref={gutter} aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          <span key={index} className={marks.get(index + 1) ?? ''}>
            {index + 1}
          </span>
        ))}
      </div>
      <textarea
        ref={area}
        className="code"
        aria-label="Policy as YAML"
        aria-describedby="policy-problems"
        aria-invalid={problems.some(({ severity }) => severity === 'error')}
        wrap="off"
        spellCheck={false}
        value={text}
        onChange={event => onType(event.target.value)}
        onScroll={event => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
};

const Findings = ({ checked, onGo }: { checked: Checked; onGo(line: number): void }) => (
  <>
    <h3>Problems</h3>
    {checked.problems.length === 0 ? (
      <p className="good-text small">None: every rule compiles and every route asks somebody.</p>
    ) : (
      <ul className="findings">
        {checked.problems.map(({ line, column, severity, message }) => (
          <li key={`${line}:${column}${message}`} className={severity}>
            <button type="button" className="link-button" onClick={() => onGo(line)}>
              line {line}
            </button>{' '}
            <AgentText text={message} />
          </li>
        ))}
      </ul>
    )}
    <h3>
      Cases{' '}
      {checked.cases.length > 0 && (
        <span className="count">{`${checked.cases.filter(({ ok }) => ok).length} of ${checked.cases.length} pass`}</span>
      )}
    </h3>
    {checked.cases.length === 0 ? (
      <p className="muted small">The policy brings no cases{checked.usable ? '' : ' that can be run yet'}.</p>
    ) : (
      <ul className="findings">
        {checked.cases.map(({ line, name, ok, expected, said }) => (
          <li key={`${line}${name}`} className={ok ? 'passes' : 'error'}>
            <button type="button" className="link-button" onClick={() => onGo(line)}>
              {ok ? '✓' : '✗'} <AgentText text={name} />
            </button>
            {!ok && (
              <p className="small">
                expects <AgentText text={expected} />, but it is <AgentText text={said} />
              </p>
            )}
          </li>
        ))}
      </ul>
    )}
    <h3>What changes {checked.against !== null && <span className="count">against version {checked.against.version}</span>}</h3>
    {checked.changes === null || checked.changes.length === 0 ? (
      <p className="muted small">{checked.changes === null ? 'Nothing to compare with.' : 'Nothing.'}</p>
    ) : (
      <ul className="findings changes">
        {checked.changes.map(({ words }) => (
          <li key={words}>
            <AgentText text={words} />
          </li>
        ))}
      </ul>
    )}
  </>
);

/** The next version in writing: checked while it is typed, published when it can be used. */
const PolicyEditor = ({
  from,
  secondPerson,
  onClose,
}: {
  from: { id: string; version: number };
  secondPerson: boolean;
  onClose(): void;
}) => {
  const source = useSetting<{ text: string }>(`/api/policies/${encodeURIComponent(from.id)}/versions/${from.version}/text`);
  const [typed, setTyped] = useState<string | null>(null);
  const area = useRef<HTMLTextAreaElement>(null);
  const text = typed ?? source.data?.text ?? null;
  const { checked, checking, failure } = useCheck(text);
  const change = useChange();
  const [published, setPublished] = useState<Published | null>(null);
  const goTo = (line: number) => {
    const field = area.current;
    if (field === null || text === null) return;
    const start =
      text
        .split('\n')
        .slice(0, line - 1)
        .join('\n').length + (line > 1 ? 1 : 0);
    const end = text.indexOf('\n', start);
    field.focus();
    field.setSelectionRange(start, end === -1 ? text.length : end);
    field.scrollTop = (line - 4) * Number.parseFloat(getComputedStyle(field).lineHeight);
  };
  const publish = (activate: boolean) => async () => {
    const done = await change.change<Published>('POST', '/api/policies', { text, activate }, 'Published.');
    if (done !== null) setPublished(done);
  };
  const whyNot = checking ? 'Checking…' : checked?.usable === true ? null : 'Mend the problems first.';
  return (
    <Panel
      title={`Next version of ${from.id}`}
      intro={`Begun from version ${from.version}. Nothing counts before it is published.`}
      aside={
        <button type="button" className="button quiet" onClick={onClose}>
          Back to the versions
        </button>
      }
    >
      {published !== null ? (
        <div className="notice good">
          <h2>Version {published.version} is published</h2>
          <p>
            {published.active
              ? 'It decides from now on.'
              : published.proposed === true
                ? 'It is proposed: another administrator has to activate it.'
                : 'It decides once it is activated.'}
          </p>
          {published.warnings?.map(({ detail }) => (
            <p key={detail} className="small">
              To weigh: <AgentText text={detail} />
            </p>
          ))}
          <button type="button" className="button primary" onClick={onClose}>
            See the versions
          </button>
        </div>
      ) : (
        <div className="editor">
          {source.error !== null && <p className="bad-text">{source.error.message}</p>}
          <CodeField text={text ?? ''} problems={checked?.problems ?? []} onType={setTyped} area={area} />
          <div className="editor-side" id="policy-problems" role="status" aria-busy={checking}>
            {failure !== null && <p className="bad-text">{failure}</p>}
            {checked !== null && <Findings checked={checked} onGo={goTo} />}
          </div>
          <div className="ask-row">
            <AskFirst
              label="Publish"
              will={`Publishes the next version of ${checked?.policyId ?? from.id}; the active one goes on deciding.`}
              whyNot={whyNot}
              busy={change.busy}
              run={publish(false)}
            />
            <AskFirst
              quiet={whyNot !== null}
              label={secondPerson ? 'Publish and propose' : 'Publish and activate'}
              tone="primary"
              will={
                secondPerson
                  ? 'Publishes the next version and proposes that it decides; another administrator has to activate it.'
                  : 'Publishes the next version, and from the next request on it decides.'
              }
              whyNot={whyNot}
              busy={change.busy}
              run={publish(true)}
            />
          </div>
          <Said change={change} />
        </div>
      )}
    </Panel>
  );
};
export default PolicyEditor;
