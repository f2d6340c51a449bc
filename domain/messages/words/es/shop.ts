/** What the people who run the shop are told of stock, money and prices, in Spanish. */
import type { Words } from '../en/index.ts';
import { numberOf, pluralOf } from '../plural.ts';
import { priceAlert } from './price-alert.ts';

const count = pluralOf<'one' | 'many' | 'other'>('es');
const many = numberOf('es');
/** `1 pedido`, `23 pedidos`, `1.000.000 de pedidos`. */
const counted = (n: number, one: string, other: string) =>
  count(n, { one: `1 ${one}`, many: `${many(n)} de ${other}`, other: `${many(n)} ${other}` });

export const shop: Words['shop'] = {
  'low-stock': {
    subject: ({ items, first }) =>
      items === 1 ? `Pocas existencias: ${first}` : `Pocas existencias: ${counted(items, 'artículo', 'artículos')}`,
    preheader: 'Queda menos de lo que desea tener.',
    heading: ({ items }) =>
      items === 1 ? 'Queda poco de un artículo' : `Queda poco de ${counted(items, 'artículo', 'artículos')}`,
    text: 'Queda menos de lo que desea tener en existencias.',
    left: ({ available, threshold }) => `${available} de ${threshold}`,
    eyebrow: 'Existencias',
    short: ({ shop, items, first, left }) =>
      items === 1
        ? `${shop}: quedan pocas unidades de ${first}: ${left}.`
        : `${shop}: quedan pocas unidades de ${counted(items, 'producto', 'productos')}.`,
  },
  'daily-close': {
    subject: ({ day, sold }) => `Cierre del ${day}${sold ? `: ${sold} en ventas` : ''}`,
    preheader: ({ orders }) => `${counted(orders, 'pedido', 'pedidos')}. El día está cerrado.`,
    heading: ({ day }) => `Las cuentas del ${day} están cerradas`,
    nothing: 'En este día no se registró nada.',
    text: 'Los días son en UTC. Ventas y reembolsos son sin impuestos.',
    orders: 'Pedidos',
    sold: 'Ventas',
    refunded: 'Reembolsado',
    tax: 'Impuestos',
    fees: 'Comisiones',
    disputed: 'Disputado',
    net: 'Queda',
    button: 'Abrir el diario',
    eyebrow: 'Finanzas',
    short: ({ shop, day, sold }) => `${shop}: hecho el cierre del ${day}.${sold ? ` Ventas: ${sold}.` : ''}`,
  },
  'reconciliation-summary': {
    subject: ({ day, open }) =>
      `Conciliación del ${day}: ${counted(open, 'diferencia abierta', 'diferencias abiertas')}`,
    preheader: 'Nuestros libros y los de Stripe no coinciden.',
    heading: ({ open }) => `${counted(open, 'diferencia espera', 'diferencias esperan')} una decisión`,
    text: 'Nuestros libros y los de Stripe difieren en lo que aquí se enumera. Cada diferencia se puede aceptar o resolver por la API o con `npm run stockroom`.',
    unexplained: ({ currency }) => `Sin explicar, ${currency}`,
    greatest: 'Los importes mayores',
    eyebrow: 'Finanzas',
    short: ({ shop, open, day }) => `${shop}: ${counted(open, 'diferencia', 'diferencias')} del ${day} por resolver.`,
  },
  'price-alert': priceAlert,
  digest: {
    subject: ({ total, topic }) => `${topic}: ${counted(total, 'mensaje', 'mensajes')}`,
    preheader: ({ since, until }) => `Del ${since} al ${until}`,
    heading: ({ total }) => `${counted(total, 'mensaje', 'mensajes')} desde el último resumen`,
    text: ({ since, until }) => `Lo ocurrido entre el ${since} y el ${until}.`,
    more: ({ more }) => `y ${many(more)} más`,
    each: 'Uno por uno',
    short: ({ shop, total, topic }) => `${shop}: ${counted(total, 'mensaje', 'mensajes')} (${topic}).`,
  },
  topics: {
    order: 'Pedidos',
    payment: 'Pagos',
    shipment: 'Entregas',
    refund: 'Reembolsos',
    return: 'Devoluciones',
    subscription: 'Suscripciones',
    account: 'Cuenta',
    dispute: 'Disputas',
    stock: 'Existencias',
    finance: 'Finanzas',
    price_alert: 'Precios',
    image: 'Fotos',
    operations: 'Operaciones',
  },
  anyTopic: 'Mensajes',
};
