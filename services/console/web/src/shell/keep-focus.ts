const isOff = (element: Element): boolean => element.matches(':disabled');
/** Cannot have the focus any more: taken out of the page, or switched off. */
const isGone = (element: Element): boolean => !element.isConnected || isOff(element);

const ancestorsWithin = (root: HTMLElement, element: HTMLElement): HTMLElement[] => {
  const around: HTMLElement[] = [element];
  for (let one = element.parentElement; one !== null && root.contains(one); one = one.parentElement) around.push(one);
  return around;
};

/**
 * Whoever works by keyboard never falls out of the page: when what had the focus is taken away (a dialog was closed, a form sent, a request
 * decided), the nearest thing around it that is still there gets the focus, and `Tab` goes on from there. Where a person leaves something
 * by themselves nothing happens.
 * @param root what is watched, and the last resort
 * @returns ends it
 */
export const keepFocus = (root: HTMLElement): (() => void) => {
  let around: HTMLElement[] = [];
  const onFocus = ({ target }: FocusEvent) => {
    around = target instanceof HTMLElement ? ancestorsWithin(root, target) : [];
  };
  const onLeave = ({ target, relatedTarget }: FocusEvent) => {
    // A button that is switched off while its work is done was not left, though it may be on again a moment later, before it is taken away.
    if (relatedTarget !== null || !(target instanceof Element) || isOff(target)) return;
    // What is taken away loses the focus before it is gone, so it is asked a moment later.
    requestAnimationFrame(() => {
      if (around[0] === target && !isGone(target)) around = [];
    });
  };
  const observer = new MutationObserver(() => {
    const [last] = around;
    if (last === undefined || last.isConnected || document.activeElement !== document.body) return;
    const next = around.find(one => one.isConnected) ?? root;
    if (!next.hasAttribute('tabindex')) next.tabIndex = -1;
    next.focus({ preventScroll: true });
  });
  root.addEventListener('focusin', onFocus);
  root.addEventListener('focusout', onLeave);
  observer.observe(root, { childList: true, subtree: true });
  return () => {
    observer.disconnect();
    root.removeEventListener('focusin', onFocus);
    root.removeEventListener('focusout', onLeave);
  };
};
