/** What the people who run the shop are told of stock, money and prices, in Spanish. */
import type { Words } from '../en/index.ts';
import { numberOf, pluralOf } from '../plural.ts';

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
  'price-alert': {
    rules: {
      undercut: {
        title: 'más barato que nosotros',
        why: ({ limit }) =>
          limit
            ? `Su precio está al menos un ${limit} por debajo del nuestro.`
            : 'Su precio está por debajo del nuestro.',
      },
      price_drop: {
        title: 'el precio ha bajado',
        why: ({ limit }) => (limit ? `Su precio ha bajado al menos un ${limit}.` : 'Su precio ha bajado.'),
      },
      price_rise: {
        title: 'el precio ha subido',
        why: ({ limit }) => (limit ? `Su precio ha subido al menos un ${limit}.` : 'Su precio ha subido.'),
      },
      lowest_in_30_days: {
        title: 'el precio más bajo en 30 días',
        why: () => 'En los últimos 30 días no ha sido más barato.',
      },
      out_of_stock: { title: 'agotado', why: () => 'Antes lo tenían y ahora no.' },
      back_in_stock: { title: 'disponible de nuevo', why: () => 'Antes no lo tenían y ahora sí.' },
    },
    subject: ({ competitor, product, title }) => `${product}: ${title} (${competitor})`,
    preheader: ({ ours, theirs }) => `Allí ${theirs}, en nuestra tienda ${ours}.`,
    heading: ({ competitor, title }) => `${competitor}: ${title}`,
    theirs: 'Su precio',
    ours: 'Nuestro precio',
    difference: 'El suyo frente al nuestro',
    change: 'Cambio',
    before: ({ price }) => `antes: ${price}`,
    lowest: 'Su mínimo en 30 días',
    median: 'Su mediana en 30 días',
    observed: 'Visto',
    why: 'Por qué se le avisa',
    article: 'Referencia',
    evidence: 'Lo que se vio',
    button: 'Ver su página',
    eyebrow: 'Precios',
    short: ({ shop, product, competitor, theirs, ours }) =>
      `${shop}: ${product} cuesta ${theirs} en ${competitor} y ${ours} en nuestra tienda.`,
  },
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
