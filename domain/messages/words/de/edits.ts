/** Was Kundinnen und Kunden von einer Bestellung erfahren, die vor dem Versand geändert wurde. */
import type { Words } from '../en/index.ts';

export const edits: Words['edits'] = {
  'order-edited': {
    subject: ({ number }) => `Ihre Bestellung ${number} wurde geändert`,
    preheader: ({ total }) => `Sie kostet jetzt ${total}.`,
    heading: 'Ihre Bestellung wurde geändert',
    text: ({ number }) => `Wir haben Ihre Bestellung ${number} geändert. Das schicken wir Ihnen jetzt.`,
    refund: ({ amount }) =>
      `Sie haben ${amount} zu viel bezahlt. Wir überweisen den Betrag auf die Karte oder das Konto zurück, mit dem Sie bezahlt haben; Ihre Bank zeigt ihn in wenigen Tagen an.`,
    charged: ({ amount }) => `Die Differenz von ${amount} ist bezahlt.`,
    button: 'Bestellung ansehen',
    short: {
      title: 'Ihre Bestellung wurde geändert',
      body: ({ number, shop, total }) =>
        `${shop}: Ihre Bestellung ${number} wurde geändert. Sie kostet jetzt ${total}.`,
    },
  },
  'balance-due': {
    subject: ({ parent }) => `Bitte bezahlen Sie die Differenz für die Bestellung ${parent}`,
    preheader: ({ amount }) => `${amount} sind noch zu bezahlen, dann führen wir die Änderung aus.`,
    heading: 'Eine Differenz ist noch zu bezahlen',
    text: ({ parent, amount }) =>
      `Mit der gewünschten Änderung kostet die Bestellung ${parent} ${amount} mehr. Sobald der Betrag bezahlt ist, ändern wir die Bestellung und verschicken sie.`,
    otherwise: 'Wird er nicht rechtzeitig bezahlt, bleibt die Bestellung, wie sie war.',
    button: 'Differenz bezahlen',
    short: {
      title: 'Eine Differenz ist noch zu bezahlen',
      body: ({ shop, parent, amount }) =>
        `${shop}: Mit der Änderung kostet die Bestellung ${parent} ${amount} mehr. Bitte bezahlen Sie die Differenz, dann verschicken wir sie.`,
    },
  },
};
