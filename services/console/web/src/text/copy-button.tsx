import { useState } from 'react';
import { Check, Clipboard } from '../shell/icons.tsx';
import { HIDDEN } from './hidden-characters.ts';

const SAID_MS = 1_500;
const HIDDEN_ALL = new RegExp(`(?![\\n\\t])${HIDDEN.source}`, 'gu');

/** Hidden characters leave the page as `\u{202E}`: what is pasted elsewhere must not act there. */
const inert = (text: string) => text.replace(HIDDEN_ALL, character => `\\u{${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}}`);

/** Copies text. Absent where the browser offers no clipboard (plain http on another machine). */
export const CopyButton = ({ text, what }: { text: () => string; what: string }) => {
  const [copied, setCopied] = useState(false);
  if (navigator.clipboard === undefined) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(inert(text()));
    setCopied(true);
    setTimeout(() => setCopied(false), SAID_MS);
  };
  return (
    <button
      type="button"
      className="icon-button"
      onClick={() => void copy()}
      aria-label={copied ? 'Copied' : `Copy ${what}`}
      title={`Copy ${what}`}
    >
      {copied ? <Check /> : <Clipboard />}
    </button>
  );
};
