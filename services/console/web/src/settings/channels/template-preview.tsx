import type { AlertChannel, MessageTemplate, TemplateKind } from '@holdpoint/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { post } from '../../api/client.ts';
import { keys } from '../../api/query-keys.ts';
import { AgentText } from '../../text/agent-text.tsx';

type Preview = {
  message: { title: string; lines: string[]; fields: { label: string; text: string }[]; link: { label: string } };
  payload: unknown;
};
type Props = { channel: AlertChannel; kind: TemplateKind; document: MessageTemplate | null; enabled: boolean };

/** A pause in typing of this long asks for the preview, milliseconds. */
const PAUSE_MS = 350;

const useCalm = <T,>(value: T): T => {
  const [calm, setCalm] = useState(value);
  const text = JSON.stringify(value);
  useEffect(() => {
    const timer = setTimeout(() => setCalm(JSON.parse(text) as T), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return calm;
};

/** A message with these words and an example's values, as the API composes it. */
export const TemplatePreview = ({ channel, kind, document, enabled }: Props) => {
  const wanted = useCalm({ channel, kind, document });
  const { data, error } = useQuery({
    queryKey: [...keys.setting, 'preview', wanted],
    queryFn: () => post<Preview>('/api/templates/preview', wanted),
    enabled: enabled && document !== null,
    placeholderData: keepPreviousData,
    retry: false,
  });
  return (
    <div className="template-preview" aria-live="polite">
      <h3>As people get it</h3>
      {!enabled && <p className="muted small">Administrators see a preview here.</p>}
      {error !== null && (
        <p className="bad-text">
          <AgentText text={error.message} />
        </p>
      )}
      {error === null && data && (
        <>
          <div className="message-card">
            <strong>
              <AgentText text={data.message.title} />
            </strong>
            {data.message.lines.map((line, at) => (
              <p key={at}>
                <AgentText text={line} />
              </p>
            ))}
            {data.message.fields.length > 0 && (
              <div className="message-agent">
                <p className="muted small">Written by the agent</p>
                {data.message.fields.map(({ label, text }) => (
                  <p key={label} className="small">
                    <span className="muted">{label}:</span> <AgentText text={text} />
                  </p>
                ))}
              </div>
            )}
            <p className="message-link">{data.message.link.label}</p>
          </div>
          <details className="setting-more">
            <summary>As the provider gets it</summary>
            <pre className="payload" tabIndex={0} aria-label="Payload">
              {typeof data.payload === 'string' ? data.payload : JSON.stringify(data.payload, null, 2)}
            </pre>
          </details>
        </>
      )}
    </div>
  );
};
