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
  'return-reminder': {
    subject: ({ number }) => `Haben Sie die Ware aus der Bestellung ${number} schon zurückgesendet?`,
    preheader: 'Von Ihrem Paket haben wir noch nichts gehört.',
    heading: 'Wir warten auf Ihre Rücksendung',
    text: ({ number }) =>
      `Ihre Rücksendung zur Bestellung ${number} ist noch nicht eingetroffen, und noch hat sie kein Paketdienst.`,
    sendBy: ({ date }) => `Bitte senden Sie die Ware bis zum ${date} ab.`,
    otherwise: 'Möchten Sie die Ware lieber behalten, brauchen Sie nichts zu tun.',
    label: 'Etikett drucken',
    short: {
      title: 'Wir warten auf Ihre Rücksendung',
      body: ({ number, shop }) =>
        `${shop}: Ihre Rücksendung zur Bestellung ${number} ist noch nicht unterwegs. Behalten Sie die Ware, brauchen Sie nichts zu tun.`,
    },
  },
  'return-closed': {
    subject: ({ number }) => `Ihre Rücksendung zur Bestellung ${number} ist abgeschlossen`,
    preheader: 'Zu dieser Rücksendung geschieht nichts mehr.',
    heading: 'Ihre Rücksendung ist abgeschlossen',
    text: ({ number }) => `Ihre Rücksendung zur Bestellung ${number} ist ohne Erstattung beendet.`,
    reason: 'Grund',
    reasons: {
      lapsed: 'Die Ware wurde nicht rechtzeitig abgesendet.',
      canceled: 'Die Rücksendung wurde abgesagt.',
      nothing_refunded: 'Für die Ware, wie sie ankam, wird nichts erstattet.',
    },
    answer: 'Wenn Sie das anders sehen, antworten Sie bitte auf diese Nachricht.',
    short: {
      title: 'Ihre Rücksendung ist abgeschlossen',
      body: ({ number, shop }) =>
        `${shop}: Ihre Rücksendung zur Bestellung ${number} ist ohne Erstattung beendet. Den Grund nennt unsere E-Mail.`,
    },
  },
  items: 'Das senden Sie zurück',
  returnNumber: 'Rücksendung',
  button: 'Bestellung ansehen',
};
