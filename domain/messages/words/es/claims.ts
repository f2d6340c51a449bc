/** What customers are told of goods that never came, came damaged or were missing, in Spanish. */
import type { Words } from '../en/index.ts';

export const claims: Words['claims'] = {
  'exchange-made': {
    subject: ({ number }) => `Su cambio es el pedido ${number}`,
    preheader: 'Los artículos que eligió en su lugar le llegarán pronto.',
    heading: 'Su cambio',
    text: ({ number }) =>
      `Hemos recibido su devolución. Los artículos que eligió en su lugar le llegarán con el pedido ${number}.`,
    due: ({ amount }) =>
      `Los nuevos artículos cuestan ${amount} más. Pague la diferencia en un plazo de siete días y se los enviaremos.`,
    refund: ({ amount }) => `Lo que devolvió valía más: le reembolsamos ${amount}.`,
    pay: 'Pagar la diferencia',
    short: ({ number }) => `su cambio es el pedido ${number}.`,
    shortDue: ({ number, amount }) => `su cambio es el pedido ${number}. Quedan ${amount} por pagar.`,
  },
  'claim-requested': {
    subject: ({ number }) => `Atendemos su reclamación del pedido ${number}`,
    preheader: 'Lo revisamos y le escribimos de nuevo.',
    heading: 'Hemos recibido su reclamación',
    text: ({ number }) =>
      `Algunos artículos del pedido ${number} no le llegaron como debían. Lo sentimos y lo estamos revisando.`,
    next: 'Guarde lo que recibió y su embalaje hasta que le escribamos.',
    short: {
      title: 'Hemos recibido su reclamación',
      body: ({ number, shop }) => `${shop}: recibimos su aviso sobre el pedido ${number}. Le escribimos de nuevo.`,
    },
  },
  'claim-decided': {
    subject: ({ number }) => `Sobre su reclamación del pedido ${number}`,
    preheaders: {
      reshipped: 'Enviamos los artículos de nuevo.',
      refunded: 'Le devolvemos su dinero.',
      refused: 'Aquí le decimos por qué.',
    },
    headings: {
      reshipped: 'Lo enviamos de nuevo',
      refunded: 'Le devolvemos su dinero',
      refused: 'No podemos aceptar su reclamación',
    },
    texts: {
      reshipped: ({ number, replacement }) =>
        `Enviamos de nuevo los artículos del pedido ${number}${replacement ? `, con el pedido ${replacement}` : ''}. No le cuesta nada.`,
      refunded: ({ number, amount }) =>
        `Le devolvemos ${amount} por los artículos del pedido ${number}. Su banco lo mostrará en unos días, en la tarjeta o cuenta con la que pagó.`,
      refused: ({ number }) => `Hemos revisado su reclamación del pedido ${number} y no podemos aceptarla.`,
    },
    shorts: {
      reshipped: ({ number }) => `enviamos de nuevo el pedido ${number}, sin coste.`,
      refunded: ({ number, amount }) => `le devolvemos ${amount} del pedido ${number}.`,
      refused: ({ number }) => `sobre su aviso del pedido ${number}: lea nuestro correo.`,
    },
    reason: 'Motivo',
    answer: 'Si no está de acuerdo, responda a este mensaje.',
  },
  items: 'De qué se trata',
  claimNumber: 'Reclamación',
  button: 'Ver su pedido',
};
