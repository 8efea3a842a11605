import { words, type AccountWords } from './shape.ts';

export const SPANISH: AccountWords = {
  invitation: words(
    'Invitación a {organization}',
    [
      '{notice} le invita a decidir qué pueden hacer los agentes en {organization}.',
      'El enlace sirve una vez, hasta {deadline}. Si no sabe por qué lo recibe, no haga nada.',
    ],
    'Aceptar la invitación',
  ),
  passwordReset: words(
    'Una contraseña nueva para {organization}',
    [
      'Alguien ha pedido una contraseña nueva para esta dirección. El enlace permite ponerla, una vez, hasta {deadline}; su segundo factor se mantiene.',
      'Si no ha sido usted, no haga nada: no se ha cambiado nada.',
    ],
    'Poner una contraseña nueva',
  ),
  emailChange: words(
    'Confirme su nueva dirección para {organization}',
    [
      '{operator} quiere iniciar sesión en {organization} con esta dirección. Abra el enlace y confírmela, una vez, hasta {deadline}.',
      'Si no ha sido usted, no haga nada: no se ha cambiado nada.',
    ],
    'Confirmar la dirección',
  ),
  emailChanged: words(
    'Ahora inicia sesión en {organization} con otra dirección',
    [
      'Se ha cambiado la dirección de su cuenta: con esta ya no se inicia sesión y aquí ya no llegan avisos.',
      'Si no ha sido usted, avise enseguida a un administrador.',
    ],
    'Abrir la consola',
  ),
  confirm: words(
    'Confirme esta dirección para {organization}',
    ['Abra el enlace y confirme que quiere recibir aquí los avisos de solicitudes. Si no lo ha pedido, no haga nada.'],
    'Confirmar esta dirección',
  ),
  verify: words(
    'Su clave: {notice}',
    ['Escriba {notice} en la consola para recibir aquí los avisos de solicitudes. Si no lo ha pedido, no haga nada.'],
    'Abrir la consola',
  ),
  test: words('Una prueba de {organization}', ['Este canal funciona. Nada le espera por este mensaje.'], 'Abrir la consola'),
};
