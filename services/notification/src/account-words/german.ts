import { words, type AccountWords } from './shape.ts';

export const GERMAN: AccountWords = {
  invitation: words(
    'Einladung zu {organization}',
    [
      '{notice} lädt Sie ein, bei {organization} zu entscheiden, was Agenten tun dürfen.',
      'Der Link gilt einmal, bis {deadline}. Wenn Sie nicht wissen, warum Sie ihn bekommen, tun Sie nichts.',
    ],
    'Einladung annehmen',
  ),
  passwordReset: words(
    'Ein neues Passwort für {organization}',
    [
      'Jemand hat für diese Adresse ein neues Passwort verlangt. Mit dem Link setzen Sie es, einmal, bis {deadline}; Ihr zweiter Faktor bleibt.',
      'Wenn Sie das nicht waren, tun Sie nichts: Es wurde nichts geändert.',
    ],
    'Neues Passwort setzen',
  ),
  emailChange: words(
    'Bestätigen Sie Ihre neue Adresse für {organization}',
    [
      '{operator} möchte sich bei {organization} mit dieser Adresse anmelden. Öffnen Sie den Link und bestätigen Sie sie, einmal, bis {deadline}.',
      'Wenn Sie das nicht waren, tun Sie nichts: Es wurde nichts geändert.',
    ],
    'Adresse bestätigen',
  ),
  emailChanged: words(
    'Sie melden sich bei {organization} jetzt mit einer anderen Adresse an',
    [
      'Die Adresse Ihres Kontos wurde geändert: Mit dieser meldet sich niemand mehr an, und es kommt keine Benachrichtigung mehr hierher.',
      'Wenn Sie das nicht waren, sagen Sie es sofort einem Administrator.',
    ],
    'Konsole öffnen',
  ),
  confirm: words(
    'Bestätigen Sie diese Adresse für {organization}',
    [
      'Öffnen Sie den Link und bestätigen Sie, dass Sie hier von Anfragen erfahren möchten. Wenn Sie das nicht verlangt haben, tun Sie nichts.',
    ],
    'Diese Adresse bestätigen',
  ),
  verify: words(
    'Ihr Code: {notice}',
    ['Geben Sie {notice} in der Konsole ein, um hier von Anfragen zu erfahren. Wenn Sie das nicht verlangt haben, tun Sie nichts.'],
    'Konsole öffnen',
  ),
  test: words(
    'Ein Test von {organization}',
    ['Dieser Kanal funktioniert. Wegen dieser Nachricht wartet nichts auf Sie.'],
    'Konsole öffnen',
  ),
};
