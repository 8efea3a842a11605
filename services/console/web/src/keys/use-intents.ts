import { useEffect, useRef } from 'react';
import { type Intent, intentOf } from './keys.ts';

const TYPED_INTO = 'input:not([type="checkbox"]):not([type="radio"]), textarea, select, [contenteditable="true"]';

/** Answers keys anywhere on the page while the component is shown; an open dialog keeps its keys to itself. */
export const useIntents = (handlers: Partial<Record<Intent, () => void>>): void => {
  const latest = useRef(handlers);
  latest.current = handlers;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || document.querySelector('dialog[open]') !== null) return;
      const typing = event.target instanceof Element && event.target.closest(TYPED_INTO) !== null;
      const intent = intentOf(event, typing);
      const handler = intent === null ? undefined : latest.current[intent];
      if (handler === undefined) return;
      event.preventDefault();
      handler();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
};
