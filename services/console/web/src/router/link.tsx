import type { ComponentProps, MouseEvent } from 'react';
import { navigate } from './location.ts';

/** A link within the app. New tab, download and other buttons stay the browser's. */
export const Link = ({ to, onClick, ...rest }: { to: string } & ComponentProps<'a'>) => {
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    if (event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    navigate(to);
  };
  return <a href={to} onClick={follow} {...rest} />;
};
