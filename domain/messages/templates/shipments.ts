/** What customers are told of their parcels. */
import type { Block, Row } from '../blocks.ts';
import { oneLine, safeUrl } from '../escape.ts';
import type { MessageTemplate } from '../order-view.ts';
import type { Message, Templates } from './message.ts';
import { addresses, button, customerMail, orderFacts, paragraph, short } from './parts.ts';

export const shipmentTemplates: Pick<Templates, 'shipped' | 'delivered'> = {
  shipped: {
    mail: (message) => {
      const words = message.words.orders.shipped;
      const carrier = oneLine(message.order.shipment?.carrier);
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader({ carrier }),
        tone: 'good',
        heading: words.heading,
        blocks: [
          paragraph(words.text({ ...orderFacts(message), carrier })),
          ...tracking(message),
          ...addresses(message, false),
          ...button(words.button, trackingUrl(message)),
        ],
      });
    },
    short: (message) => {
      const words = message.words.orders.shipped.short;
      const { carrier, trackingNumber } = message.order.shipment ?? {};
      const parcel = { carrier: oneLine(carrier), tracking: oneLine(trackingNumber) };
      return short(message, words.title, words.body({ ...orderFacts(message), ...parcel }), trackingUrl(message));
    },
  },

  delivered: {
    mail: (message) => {
      const words = message.words.orders.delivered;
      return customerMail(message, {
        subject: words.subject(orderFacts(message)),
        preheader: words.preheader,
        tone: 'good',
        heading: words.heading,
        blocks: [
          paragraph(words.text(orderFacts(message))),
          ...tracking(message),
          ...button(words.button, message.orderUrl),
        ],
      });
    },
    short: (message) => {
      const words = message.words.orders.delivered.short;
      return short(message, words.title, words.body(orderFacts(message)));
    },
  },
};

const trackingUrl = ({ order, orderUrl }: Message<MessageTemplate>) => safeUrl(order.shipment?.trackingUrl) ?? orderUrl;

function tracking({ words, order: { shipment } }: Message<MessageTemplate>): Block[] {
  if (!shipment) return [];
  const { carrier, trackingNumber } = words.orders.receipt;
  const rows: Row[] = [
    { label: carrier, value: oneLine(shipment.carrier) },
    { label: trackingNumber, value: oneLine(shipment.trackingNumber) },
  ].filter(({ value }) => value !== '');
  return rows.length > 0 ? [{ kind: 'rows', rows }] : [];
}
