/** What customers are told of goods that they send back, in Spanish. */
import type { Words } from '../en/index.ts';

export const returns: Words['returns'] = {
  'return-requested': {
    subject: ({ number }) => `Hemos recibido su solicitud de devolución del pedido ${number}`,
    preheader: 'La revisamos y le escribimos. Guarde los artículos hasta entonces.',
    heading: 'Hemos recibido su solicitud de devolución',
    text: ({ number }) => `Desea devolver artículos del pedido ${number}. Lo revisamos y le escribimos de nuevo.`,
    next: 'Guarde los artículos hasta que le respondamos.',
    short: {
      title: 'Hemos recibido su solicitud de devolución',
      body: ({ number, shop }) =>
        `${shop}: hemos recibido su solicitud para devolver productos del pedido ${number}. Guarde los productos hasta que le respondamos.`,
    },
  },
  'return-approved': {
    subject: ({ number }) => `Puede devolver los artículos del pedido ${number}`,
    preheader: 'Cómo enviarlos y a qué dirección.',
    heading: 'Puede enviarlos de vuelta',
    text: ({ number }) => `Hemos aprobado la devolución del pedido ${number}.`,
    sendBy: ({ date }) => `Envíe los artículos antes del ${date}.`,
    address: 'Envíelos a',
    label: 'Imprimir la etiqueta',
    money: 'Le devolveremos el dinero cuando hayamos recibido los artículos.',
    short: {
      title: 'Puede enviarlos de vuelta',
      body: ({ number, shop }) =>
        `${shop}: puede devolver los productos del pedido ${number}. Le reembolsaremos cuando los recibamos.`,
    },
  },
  'return-refused': {
    subject: ({ number }) => `Sobre la devolución del pedido ${number}`,
    preheader: 'No podemos aceptar los artículos. Le explicamos por qué.',
    heading: 'No podemos aceptar la devolución',
    text: ({ number }) =>
      `Hemos revisado la devolución del pedido ${number} y no podemos aceptar los artículos de vuelta.`,
    reason: 'Motivo',
    reasons: {
      too_late: 'El plazo de devolución ha terminado.',
      worn: 'Los artículos han sido usados.',
      not_returnable: 'Los artículos de este tipo no se pueden devolver.',
      not_ours: 'Los artículos no son de este pedido.',
    },
    answer: 'Si no está de acuerdo, responda a este mensaje.',
    short: {
      title: 'Sobre su devolución',
      body: ({ number, shop }) =>
        `${shop}: no podemos aceptar los productos devueltos del pedido ${number}. Nuestro correo explica el motivo.`,
    },
  },
  'return-received': {
    subject: ({ number }) => `La devolución del pedido ${number} ha llegado`,
    preheader: 'Los artículos están de nuevo con nosotros.',
    heading: 'Su devolución ha llegado',
    text: ({ number }) => `Los artículos del pedido ${number} están de nuevo con nosotros. Gracias por enviarlos.`,
    refund: ({ amount }) =>
      `Le reembolsamos ${amount}. Su banco lo mostrará en unos días, en la tarjeta o la cuenta con la que pagó.`,
    later: 'Le escribiremos cuando su dinero esté en camino.',
    short: {
      title: 'Su devolución ha llegado',
      body: ({ number, shop, amount }) =>
        `${shop}: hemos recibido los productos devueltos del pedido ${number}.${amount ? ` Le reembolsamos ${amount}.` : ''}`,
    },
  },
  'return-reminder': {
    subject: ({ number }) => `¿Ha enviado ya la devolución del pedido ${number}?`,
    preheader: 'Aún no sabemos nada de su paquete.',
    heading: 'Esperamos su devolución',
    text: ({ number }) => `La devolución del pedido ${number} no ha llegado y ningún transportista la tiene todavía.`,
    sendBy: ({ date }) => `Envíe los artículos antes del ${date}.`,
    otherwise: 'Si prefiere quedarse con los artículos, no tiene que hacer nada.',
    label: 'Imprimir la etiqueta',
    short: {
      title: 'Esperamos su devolución',
      body: ({ number, shop }) =>
        `${shop}: esperamos los productos del pedido ${number}. Si se queda con ellos, no tiene que hacer nada.`,
    },
  },
  'return-closed': {
    subject: ({ number }) => `La devolución del pedido ${number} está cerrada`,
    preheader: 'No se hará nada más con esta devolución.',
    heading: 'Su devolución está cerrada',
    text: ({ number }) => `La devolución del pedido ${number} ha terminado sin reembolso.`,
    reason: 'Motivo',
    reasons: {
      lapsed: 'Los artículos no se enviaron a tiempo.',
      canceled: 'La devolución se anuló.',
      nothing_refunded: 'No corresponde ningún reembolso por los artículos tal como llegaron.',
    },
    answer: 'Si no está de acuerdo, responda a este mensaje.',
    short: {
      title: 'Su devolución está cerrada',
      body: ({ number, shop }) =>
        `${shop}: no hay reembolso por los productos devueltos del pedido ${number}. Nuestro correo explica el motivo.`,
    },
  },
  items: 'Lo que devuelve',
  returnNumber: 'Devolución',
  button: 'Ver el pedido',
};
