import { words, type AccountWords } from './shape.ts';

export const FRENCH: AccountWords = {
  invitation: words(
    'Invitation à rejoindre {organization}',
    [
      '{notice} vous invite à décider de ce que les agents peuvent faire chez {organization}.',
      'Le lien fonctionne une fois, jusqu’au {deadline}. Si vous ne savez pas pourquoi vous le recevez, ne faites rien.',
    ],
    'Accepter l’invitation',
  ),
  passwordReset: words(
    'Un nouveau mot de passe pour {organization}',
    [
      'Un nouveau mot de passe a été demandé pour cette adresse. Le lien permet de le définir, une fois, jusqu’au {deadline} ; votre second facteur reste.',
      'Si ce n’était pas vous, ne faites rien : rien n’a été modifié.',
    ],
    'Définir un mot de passe',
  ),
  emailChange: words(
    'Confirmez votre nouvelle adresse pour {organization}',
    [
      '{operator} souhaite se connecter à {organization} avec cette adresse. Ouvrez le lien et confirmez-la, une fois, jusqu’au {deadline}.',
      'Si ce n’était pas vous, ne faites rien : rien n’a été modifié.',
    ],
    'Confirmer l’adresse',
  ),
  emailChanged: words(
    'Vous vous connectez désormais à {organization} avec une autre adresse',
    [
      'L’adresse de votre compte a été modifiée : celle-ci ne permet plus de se connecter et ne reçoit plus d’alertes.',
      'Si ce n’était pas vous, prévenez tout de suite un administrateur.',
    ],
    'Ouvrir la console',
  ),
  confirm: words(
    'Confirmez cette adresse pour {organization}',
    ['Ouvrez le lien et confirmez que vous voulez être averti ici des demandes. Si vous ne l’avez pas demandé, ne faites rien.'],
    'Confirmer cette adresse',
  ),
  verify: words(
    'Votre code : {notice}',
    ['Saisissez {notice} dans la console pour être averti ici des demandes. Si vous ne l’avez pas demandé, ne faites rien.'],
    'Ouvrir la console',
  ),
  test: words('Un test de {organization}', ['Ce canal fonctionne. Rien ne vous attend à cause de ce message.'], 'Ouvrir la console'),
};
