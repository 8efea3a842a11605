import { words, type AccountWords } from './shape.ts';

export const DUTCH: AccountWords = {
  invitation: words(
    'Uitnodiging voor {organization}',
    [
      '{notice} nodigt u uit om bij {organization} te beslissen wat agents mogen doen.',
      'De link werkt één keer, tot {deadline}. Weet u niet waarom u deze krijgt, doe dan niets.',
    ],
    'Uitnodiging aannemen',
  ),
  passwordReset: words(
    'Een nieuw wachtwoord voor {organization}',
    [
      'Iemand vroeg een nieuw wachtwoord voor dit adres. Met de link stelt u het in, één keer, tot {deadline}; uw tweede factor blijft.',
      'Was u dit niet, doe dan niets: er is niets gewijzigd.',
    ],
    'Nieuw wachtwoord instellen',
  ),
  emailChange: words(
    'Bevestig uw nieuwe adres voor {organization}',
    [
      '{operator} wil zich bij {organization} met dit adres aanmelden. Open de link en bevestig het, één keer, tot {deadline}.',
      'Was u dit niet, doe dan niets: er is niets gewijzigd.',
    ],
    'Adres bevestigen',
  ),
  emailChanged: words(
    'U meldt zich bij {organization} nu met een ander adres aan',
    [
      'Het adres van uw account is gewijzigd: met dit adres kan niemand zich meer aanmelden en hier komen geen meldingen meer.',
      'Was u dit niet, zeg het dan meteen tegen een beheerder.',
    ],
    'Console openen',
  ),
  confirm: words(
    'Bevestig dit adres voor {organization}',
    ['Open de link en bevestig dat u hier meldingen van verzoeken wilt krijgen. Hebt u dit niet gevraagd, doe dan niets.'],
    'Dit adres bevestigen',
  ),
  verify: words(
    'Uw code: {notice}',
    ['Voer {notice} in de console in om hier meldingen van verzoeken te krijgen. Hebt u dit niet gevraagd, doe dan niets.'],
    'Console openen',
  ),
  test: words('Een test van {organization}', ['Dit kanaal werkt. Door dit bericht wacht er niets op u.'], 'Console openen'),
};
