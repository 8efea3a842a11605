import { describe, expect, it } from 'vitest';
import { intentOf, KEYS } from './keys.ts';

const press = (key: string, more = {}) => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  repeat: false,
  isComposing: false,
  ...more,
});

describe('a key', () => {
  it.each([
    ['j', 'next'],
    ['K', 'previous'],
    ['a', 'approve'],
    ['R', 'reject'],
    ['e', 'edit'],
    ['c', 'claim'],
    ['s', 'snooze'],
    ['Q', 'ask'],
    ['d', 'delegate'],
    ['x', 'extend'],
    ['.', 'more'],
    ['?', 'help'],
    ['Escape', 'back'],
  ])('%s means %s', (key, intent) => expect(intentOf(press(key), false)).toBe(intent));

  it('is text while a person types, except Escape and the confirming Ctrl Enter', () => {
    expect(intentOf(press('a'), true)).toBeNull();
    expect(intentOf(press('?'), true)).toBeNull();
    expect(intentOf(press('Escape'), true)).toBe('back');
    expect(intentOf(press('Enter', { ctrlKey: true }), true)).toBe('confirm');
    expect(intentOf(press('Enter', { metaKey: true }), true)).toBe('confirm');
  });

  it('held down only moves, it never decides', () => {
    expect(intentOf(press('j', { repeat: true }), false)).toBe('next');
    for (const key of ['a', 'r', 'e', 'c']) expect(intentOf(press(key, { repeat: true }), false)).toBeNull();
    expect(intentOf(press('Enter', { ctrlKey: true, repeat: true }), false)).toBeNull();
  });

  it('with a modifier belongs to the browser', () => {
    for (const more of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }]) expect(intentOf(press('r', more), false)).toBeNull();
  });

  it('is ignored while an input method composes', () => {
    expect(intentOf(press('a', { isComposing: true }), false)).toBeNull();
  });

  it('is listed in the help once', () => {
    expect(new Set(KEYS.map(entry => entry.intent)).size).toBe(KEYS.length);
  });
});
