import type { Page } from 'playwright-core';

/** What has the focus: what it is called, what it is, and whether it can be seen to have it. */
export type Focus = { name: string; is: string; seen: boolean };

/** Longest way to anything by `Tab`, stops: further is no way for a person either. */
const STOPS_MAX = 160;

/** Read in the page, since no key tells: the words by which a person would recognise what has the focus. */
const FOCUS = `(() => {
  const one = document.activeElement ?? document.body;
  const words = [one.getAttribute('aria-label'), one.labels?.[0]?.innerText, one.closest('label')?.innerText, one.innerText, one.getAttribute('placeholder')];
  const { outlineStyle, outlineWidth } = getComputedStyle(one);
  const { width, height } = one.getBoundingClientRect();
  // In fields of several parts the browser marks the part.
  const ofParts = one.matches('input:is([type=time], [type=date], [type=datetime-local])');
  const ring = ofParts || (one.matches(':focus-visible') && outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2);
  return { name: (words.find(text => text?.trim()) ?? '').replace(/\\s+/g, ' ').trim(), is: one.getAttribute('role') ?? one.tagName.toLowerCase(), seen: ring && width > 0 && height > 0 };
})()`;

/** A person at a keyboard and nothing else: keys in, and what has the focus out. */
export const keyboardOf = (page: Page) => {
  /** Stops on the way that had the focus without showing it. */
  const unseen: string[] = [];
  const focus = async (): Promise<Focus> => (await page.evaluate(FOCUS)) as Focus;
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  const at = async (name: RegExp): Promise<boolean> => name.test((await focus()).name);
  return {
    unseen,
    focus,
    press,
    type: (text: string) => page.keyboard.type(text),
    /** Replaces what stands in the field that has the focus. */
    retype: async (text: string) => {
      await press('Control+a');
      await page.keyboard.type(text);
    },
    /** Goes on with `Tab` until what has the focus has this name. @throws Error with all that was met, when nothing has */
    tabTo: async (name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> => {
      const met: string[] = [];
      for (let stop = 0; stop < STOPS_MAX; stop += 1) {
        await press(key);
        const now = await focus();
        if (!now.seen && now.is !== 'body') unseen.push(`${now.is} ${now.name.slice(0, 60)}`);
        if (name.test(now.name)) return;
        met.push(`${now.is} ${now.name.slice(0, 30)}`);
      }
      throw new Error(`no ${name} by ${key}; met ${met.join(' | ')}`);
    },
    /** Resolves once what has the focus has this name. */
    focused: async (name: RegExp, withinMs = 10_000): Promise<void> => {
      const until = performance.now() + withinMs;
      while (!(await at(name))) {
        if (performance.now() > until) throw new Error(`the focus did not come to ${name}; it is on ${JSON.stringify(await focus())}`);
        await page.waitForTimeout(20);
      }
    },
  };
};
