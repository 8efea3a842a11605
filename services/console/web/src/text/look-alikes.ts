/** Cyrillic and Greek letters that print like a Latin one. Source: Unicode confusables.txt, the single-letter pairs of both scripts. */
const FOREIGN = 'авсԁеһіјкмнорԛгѕтуѵԝхӏАВСЕНІЈКМОРЅТУХҮԚԜαικνορτυχγηωΑΒΕΖΗΙΚΜΝΟΡΤΥΧ';
const TWINS = 'abcdehijkmhopqrstyvwxlABCEHIJKMOPSTYXYQWaikvoptuxynwABEZHIKMNOPTYX';
const LATIN_TWIN = new Map(Array.from(FOREIGN, (letter, index) => [letter, TWINS.charAt(index)]));

const LATIN = /\p{Script=Latin}/u;
/** Scripts that are written together with Latin letters in one word as a matter of course. */
const MIXES_FREELY =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Common}\p{Script=Inherited}]/u;
const LETTER = /\p{L}/u;
const ASCII_WORD = /^[0-9A-Za-z]+$/;

/** A word that may be taken for another: how it reads at a glance (null when unclear) and what is odd about it. */
export type LookAlike = { reads: string | null; why: string };

/**
 * Judges one word (letters, digits, marks).
 * @param word the word as written
 * @param textHasLatin whether Latin letters occur anywhere in the text: a word of look-alikes is odd only among Latin ones
 * @returns null when nothing is odd
 */
export const lookAlikeOf = (word: string, textHasLatin: boolean): LookAlike | null => {
  const characters = Array.from(word);
  const styled = characters.filter(character => {
    const plain = character.normalize('NFKC');
    return plain !== character && ASCII_WORD.test(plain);
  });
  if (styled.length > 0) return { reads: word.normalize('NFKC'), why: 'letters or digits from a styled or full-width set' };

  const digits = characters.filter(character => /\p{Nd}/u.test(character));
  const asciiDigits = digits.filter(digit => /[0-9]/.test(digit)).length;
  if (asciiDigits > 0 && asciiDigits < digits.length) return { reads: null, why: 'digits of different scripts in one number' };

  const letters = characters.filter(character => LETTER.test(character));
  const foreign = letters.filter(letter => !LATIN.test(letter) && !MIXES_FREELY.test(letter));
  if (foreign.length === 0) return null;
  const twin = characters.map(character => LATIN_TWIN.get(character) ?? character).join('');
  if (foreign.length < letters.length && letters.some(letter => LATIN.test(letter)))
    return { reads: twin === word ? null : twin, why: 'letters of different alphabets in one word' };
  if (textHasLatin && letters.length > 1 && letters.every(letter => LATIN_TWIN.has(letter)))
    return { reads: twin, why: 'letters of another alphabet that look Latin' };
  return null;
};
