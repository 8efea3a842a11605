import { words, type AccountWords } from './shape.ts';

export const PORTUGUESE: AccountWords = {
  invitation: words(
    'Convite para {organization}',
    [
      '{notice} convida-o a decidir o que os agentes podem fazer em {organization}.',
      'A ligação funciona uma vez, até {deadline}. Se não sabe porque a recebe, não faça nada.',
    ],
    'Aceitar o convite',
  ),
  passwordReset: words(
    'Uma nova palavra-passe para {organization}',
    [
      'Alguém pediu uma nova palavra-passe para este endereço. A ligação permite defini-la, uma vez, até {deadline}; o segundo fator mantém-se.',
      'Se não foi você, não faça nada: nada foi alterado.',
    ],
    'Definir a palavra-passe',
  ),
  emailChange: words(
    'Confirme o seu novo endereço para {organization}',
    [
      '{operator} quer iniciar sessão em {organization} com este endereço. Abra a ligação e confirme-o, uma vez, até {deadline}.',
      'Se não foi você, não faça nada: nada foi alterado.',
    ],
    'Confirmar o endereço',
  ),
  emailChanged: words(
    'Agora inicia sessão em {organization} com outro endereço',
    [
      'O endereço da sua conta foi alterado: com este já não se inicia sessão e aqui já não chegam avisos.',
      'Se não foi você, avise já um administrador.',
    ],
    'Abrir a consola',
  ),
  confirm: words(
    'Confirme este endereço para {organization}',
    ['Abra a ligação e confirme que quer receber aqui os avisos de pedidos. Se não o pediu, não faça nada.'],
    'Confirmar este endereço',
  ),
  verify: words(
    'A sua chave: {notice}',
    ['Escreva {notice} na consola para receber aqui os avisos de pedidos. Se não o pediu, não faça nada.'],
    'Abrir a consola',
  ),
  test: words('Um teste de {organization}', ['Este canal funciona. Nada espera por si por causa desta mensagem.'], 'Abrir a consola'),
};
