import { either, type Sentences } from './shape.ts';

export const PORTUGUESE: Sentences = {
  language: 'pt',
  by: deadline => `Até ${deadline}.`,
  replyEither: code => `Chave ${code}. Responda A + chave para aprovar, R + chave + motivo para recusar.`,
  replyReject: code => `Chave ${code}. Responda R + chave + motivo para recusar; aprove na consola.`,
  lookInConsole: 'Veja na consola.',
  calls: organization => `Holdpoint liga em nome de ${organization}`,
  restInConsole: 'O resto está na consola.',
  key: {
    heard: 'Prima 1 para confirmar que ouviu.',
    takeOn: 'Prima 1 para tratar disto.',
    again: 'Prima 2 para ouvir outra vez.',
    reject: 'Prima 4 para recusar.',
    decide: 'Prima 4 para decidir.',
  },
  enterCode: (code, verbs) =>
    `A chave é ${code}. Marque a chave e depois ${either('1 para aprovar', '2 para recusar', ' ou ', verbs)}. Repito, a chave é ${code}.`,
  call: {
    goodbye: 'Adeus.',
    thanks: 'Obrigado.',
    nothingPressed: 'Nada foi premido.',
    cannotPassOn: 'Uma chamada não o pode passar a outros. Faça-o na consola.',
    unknownKey: 'Esta tecla não serve aqui.',
    notTheCode: 'Nada foi decidido: não era a chave seguida de uma das teclas.',
    received: 'Foi recebido. A consola mostra o que aconteceu.',
  },
  mail: {
    request: 'Pedido',
    risk: { low: 'risco baixo', medium: 'risco médio', high: 'risco alto', critical: 'risco crítico' },
    decidesNothing: 'Abrir uma ligação não decide nada.',
    notRead: 'As respostas a esta mensagem não são lidas.',
  },
};
