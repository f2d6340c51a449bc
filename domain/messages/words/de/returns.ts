/** What customers are told of goods that they send back, in German. */
import type { Words } from '../en/index.ts';

export const returns: Words['returns'] = {
  'return-requested': {
    subject: ({ number }) => `Ihre Rücksendung zur Bestellung ${number} ist angemeldet`,
    preheader: 'Wir prüfen sie und melden uns. Bitte behalten Sie die Ware bis dahin.',
    heading: 'Ihre Rücksendung ist angemeldet',
    text: ({ number }) =>
      `Sie möchten Ware aus der Bestellung ${number} zurücksenden. Wir prüfen das und melden uns bei Ihnen.`,
    next: 'Bitte behalten Sie die Ware, bis Sie von uns hören.',
    short: {
      title: 'Ihre Rücksendung ist angemeldet',
      body: ({ number, shop }) =>
        `${shop}: Ihre Rücksendung zur Bestellung ${number} ist angemeldet. Bitte behalten Sie die Ware, bis wir uns melden.`,
    },
  },
  'return-approved': {
    subject: ({ number }) => `Sie können die Ware aus der Bestellung ${number} zurücksenden`,
    preheader: 'So und dorthin senden Sie sie zurück.',
    heading: 'Sie können die Ware zurücksenden',
    text: ({ number }) => `Ihre Rücksendung zur Bestellung ${number} ist genehmigt.`,
    sendBy: ({ date }) => `Bitte senden Sie die Ware bis zum ${date} ab.`,
    address: 'Senden Sie die Ware an',
    label: 'Etikett drucken',
    money: 'Sie erhalten Ihr Geld zurück, sobald die Ware bei uns eingetroffen ist.',
    short: {
      title: 'Sie können die Ware zurücksenden',
      body: ({ number, shop }) =>
        `${shop}: Ihre Rücksendung zur Bestellung ${number} ist genehmigt. Ihr Geld erhalten Sie zurück, sobald die Ware da ist.`,
    },
  },
  'return-refused': {
    subject: ({ number }) => `Zu Ihrer Rücksendung zur Bestellung ${number}`,
    preheader: 'Wir können die Ware nicht zurücknehmen. Hier lesen Sie, warum.',
    heading: 'Wir können die Ware nicht zurücknehmen',
    text: ({ number }) =>
      `Wir haben Ihre Rücksendung zur Bestellung ${number} geprüft und können die Ware leider nicht zurücknehmen.`,
    reason: 'Grund',
    reasons: {
      too_late: 'Die Frist für Rücksendungen ist abgelaufen.',
      worn: 'Die Ware wurde benutzt.',
      not_returnable: 'Ware dieser Art kann nicht zurückgesendet werden.',
      not_ours: 'Die Ware gehört nicht zu dieser Bestellung.',
    },
    answer: 'Wenn Sie das anders sehen, antworten Sie bitte auf diese Nachricht.',
    short: {
      title: 'Zu Ihrer Rücksendung',
      body: ({ number, shop }) =>
        `${shop}: Die Ware aus der Bestellung ${number} können wir leider nicht zurücknehmen. Den Grund nennt unsere E-Mail.`,
    },
  },
  'return-received': {
    subject: ({ number }) => `Ihre Rücksendung zur Bestellung ${number} ist eingetroffen`,
    preheader: 'Die Ware ist wieder bei uns.',
    heading: 'Ihre Rücksendung ist eingetroffen',
    text: ({ number }) => `Die Ware aus der Bestellung ${number} ist wieder bei uns. Vielen Dank für die Rücksendung.`,
    refund: ({ amount }) =>
      `Wir erstatten Ihnen ${amount}. Ihre Bank zeigt den Betrag in wenigen Tagen an, auf der Karte oder dem Konto, mit dem Sie bezahlt haben.`,
    later: 'Wir schreiben Ihnen, sobald Ihr Geld unterwegs ist.',
    short: {
      title: 'Ihre Rücksendung ist eingetroffen',
      body: ({ number, shop, amount }) =>
        `${shop}: Ihre Rücksendung zur Bestellung ${number} ist eingetroffen.${amount ? ` Wir erstatten Ihnen ${amount}.` : ''}`,
    },
  },
  items: 'Das senden Sie zurück',
  returnNumber: 'Rücksendung',
  button: 'Bestellung ansehen',
};
