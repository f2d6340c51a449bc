/** What vendors are told of what they have to send, in Spanish. */
import type { Words } from '../en/index.ts';

export const vendors: Words['vendors'] = {
  'vendor-order': {
    created: {
      subject: ({ number }) => `Nuevo pedido ${number}`,
      preheader: 'Se han comprado artículos suyos. Esto es lo que hay que enviar.',
      heading: 'Tiene un pedido nuevo',
      text: 'Envíe estos artículos, por favor.',
      short: ({ number, shop }) => `${shop}: tiene un pedido nuevo, ${number}.`,
    },
    changed: {
      subject: ({ number }) => `El pedido ${number} ha cambiado`,
      preheader: 'Ha cambiado lo que hay que enviar o adónde.',
      heading: 'Un pedido ha cambiado',
      text: 'Esto es lo que hay que enviar ahora.',
      short: ({ number, shop }) => `${shop}: su pedido ${number} ha cambiado.`,
    },
    held: {
      subject: ({ number }) => `El pedido ${number} está retenido`,
      preheader: 'No envíe nada de él por ahora.',
      heading: 'Un pedido está retenido',
      text: 'No envíe nada de él hasta que volvamos a escribirle.',
      short: ({ number, shop }) => `${shop}: su pedido ${number} está retenido. No envíe nada de él por ahora.`,
    },
    released: {
      subject: ({ number }) => `El pedido ${number} se puede enviar`,
      preheader: 'Ya no está retenido.',
      heading: 'Un pedido se puede enviar de nuevo',
      text: 'Ya no está retenido. Envíe estos artículos, por favor.',
      short: ({ number, shop }) => `${shop}: su pedido ${number} se puede enviar de nuevo.`,
    },
    canceled: {
      subject: ({ number }) => `El pedido ${number} está cancelado`,
      preheader: 'No hay que enviar nada de él.',
      heading: 'Un pedido está cancelado',
      text: 'No envíe nada de él. Lo que no ha salido vuelve a sus existencias.',
      short: ({ number, shop }) => `${shop}: su pedido ${number} está cancelado. No envíe nada de él.`,
    },
    shipTo: 'Enviar a',
    items: 'Qué enviar',
    eyebrow: ({ number }) => `Pedido ${number}`,
    lead: ({ days }) => `Envíelo en un plazo de ${days === 1 ? '1 día' : `${days} días`}, por favor.`,
  },
};
