import { useEffect, useRef, useState } from 'react';
import { useIntents } from '../keys/use-intents.ts';
import { ChevronDown } from '../shell/icons.tsx';
import type { Desk } from './use-desk.ts';
import type { PreparedVerb } from './verb-body.ts';

const ENTRIES: readonly { verb: PreparedVerb; label: string; does: string; key?: string }[] = [
  { verb: 'ask', label: 'Ask the agent', does: 'A question the agent gets and answers here', key: 'Q' },
  { verb: 'delegate', label: 'Delegate', does: 'One colleague decides in your place', key: 'D' },
  { verb: 'reassign', label: 'Reassign', does: 'Put people on this step by name' },
  { verb: 'snooze', label: 'Snooze', does: 'Out of your sight for a while; the deadline stays', key: 'S' },
  { verb: 'extend', label: 'Extend the deadline', does: 'More time, within the limit', key: 'X' },
  { verb: 'escalate', label: 'Escalate now', does: 'Alert the next people at once' },
  { verb: 'bypass', label: 'Break glass', does: 'Set the rules aside. It is looked at afterwards' },
];

/** The verbs that are not needed every day. Those a person may not use now stay in the list and say why. */
export const MoreMenu = ({ desk }: { desk: Desk }) => {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const items = () => [...(root.current?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
  const show = () => setOpen(true);
  const hide = () => {
    setOpen(false);
    button.current?.focus({ preventScroll: true });
  };
  useIntents({
    more: show,
    ask: () => desk.prepare('ask'),
    delegate: () => desk.prepare('delegate'),
    snooze: () => desk.prepare('snooze'),
    extend: () => desk.prepare('extend'),
  });
  useEffect(() => {
    if (!open) return;
    items()[0]?.focus({ preventScroll: true });
    const onPress = (event: PointerEvent) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    window.addEventListener('pointerdown', onPress);
    return () => window.removeEventListener('pointerdown', onPress);
  }, [open]);

  const onKey = (event: React.KeyboardEvent) => {
    const all = items();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (event.key === 'Tab') return setOpen(false);
    event.stopPropagation();
    // Letters mean nothing while the menu is open: a verb is chosen here by looking at it.
    if (event.key === 'Escape') event.preventDefault();
    if (event.key === 'Escape') return hide();
    if (to === undefined) return;
    event.preventDefault();
    all[(to + all.length) % all.length]?.focus();
  };
  const choose = (verb: PreparedVerb) => {
    if (!desk.can(verb)) return;
    setOpen(false);
    desk.prepare(verb);
  };

  return (
    <div className="more" ref={root}>
      <button
        ref={button}
        type="button"
        className="button quiet"
        aria-haspopup="menu"
        aria-expanded={open}
        aria-keyshortcuts="."
        onClick={() => (open ? hide() : show())}
      >
        More
        <ChevronDown />
      </button>
      {open && (
        <div className="more-menu" role="menu" aria-label="More" tabIndex={-1} onKeyDown={onKey}>
          {ENTRIES.map(({ verb, label, does, key }) => (
            <button
              key={verb}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={verb === 'bypass' ? 'stern' : ''}
              aria-disabled={!desk.can(verb)}
              onClick={() => choose(verb)}
            >
              <span className="more-label">
                {label}
                {key !== undefined && <kbd aria-hidden="true">{key}</kbd>}
              </span>
              <span className="more-why">{desk.can(verb) ? does : desk.whyNotVerb(verb)}</span>
            </button>
          ))}
        </div>
      )}
    </div>
  );
};
