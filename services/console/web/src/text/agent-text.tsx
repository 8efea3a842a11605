import { Fragment, type ReactNode, useMemo } from 'react';
import { type TextPart, visibleParts } from './visible-text.ts';

const times = (count: number) => (count > 1 ? ` ×${count}` : '');

const highlighted = (text: string, query: string): ReactNode => {
  const lower = text.toLowerCase();
  // A few letters change length in lower case (İ); then places would not fit, so nothing is highlighted.
  if (query === '' || lower.length !== text.length) return text;
  const parts: ReactNode[] = [];
  let from = 0;
  for (let at = lower.indexOf(query); at !== -1; at = lower.indexOf(query, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + query.length)}</mark>);
    from = at + query.length;
  }
  parts.push(text.slice(from));
  return parts;
};

const Part = ({ part, query }: { part: TextPart; query: string }) => {
  switch (part.kind) {
    case 'plain':
      return <Fragment>{highlighted(part.text, query)}</Fragment>;
    case 'hidden':
      return (
        <span className="deceptive" title={`${part.name}${times(part.count)}`}>
          {part.label}
          {times(part.count)}
          {part.spells !== '' && ` “${part.spells}”`}
        </span>
      );
    case 'lookAlike':
      return (
        <span className="look-alike" title={part.why}>
          <bdi>{part.text}</bdi>
          <span className="deceptive">{part.reads === null ? part.why : `only looks like “${part.reads}”`}</span>
        </span>
      );
    case 'stacked':
      return (
        <span>
          {part.base}
          <span className="deceptive">+{part.marks} accents</span>
        </span>
      );
    case 'blank':
      return <span className="blank-run">{part.label}</span>;
  }
};

/**
 * Text somebody else wrote, shown inert: text nodes only, isolated from the reading direction around it, whitespace kept, and
 * whatever the eye would miss as a labelled mark. `query` (lower case) is highlighted.
 */
export const AgentText = ({ text, query = '', block = false }: { text: string; query?: string; block?: boolean }) => {
  const parts = useMemo(() => visibleParts(text), [text]);
  const content = parts.map((part, index) => <Part key={index} part={part} query={query} />);
  return block ? (
    <div dir="auto" className="agent-text">
      {content}
    </div>
  ) : (
    <bdi className="agent-text">{content}</bdi>
  );
};
