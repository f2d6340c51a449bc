/** Colours by their names in a dozen languages, by family: shades of one may be the same, two families are not. */
import { fold } from './title-text.ts';

const FAMILIES: Readonly<Record<string, string>> = {
  black:
    'black schwarz schwarze schwarzer schwarzes noir noire negro negra nero nera zwart zwarte svart sort czarny czarna preto preta musta siyah cerna cerny',
  white:
    'white weiss weisse weisser weisses blanc blanche blanco blanca bianco bianca wit witte vit hvid hvit bialy biala branco branca valkoinen beyaz bila bily',
  red: 'red rot rote roter rotes rouge rojo roja rosso rossa rood rode rod roed czerwony czerwona vermelho vermelha punainen kirmizi cervena cerveny',
  blue: 'blue blau blaue blauer blaues bleu bleue azul blu azzurro blauw blauwe bla navy niebieski niebieska granatowy sininen mavi modra modry marine',
  green:
    'green grun grune gruner grunes vert verte verde groen groene gron zielony zielona vihrea yesil zelena zeleny olive khaki',
  yellow:
    'yellow gelb gelbe gelber gelbes jaune amarillo amarilla giallo gialla geel gele gul zolty zolta amarelo keltainen sari zluta zluty',
  orange: 'orange naranja arancione oranje pomaranczowy laranja oranssi turuncu',
  pink: 'pink rosa rose fuchsia roze roza rozowy rozowa',
  purple: 'purple lila violett violet violette morado viola paars fioletowy roxo magenta',
  brown: 'brown braun braune brauner marron marrone bruin bruine brun brazowy castanho ruskea',
  gray: 'gray grey grau graue grauer graues gris grigio grijs gra szary szara cinza harmaa graphite anthracite anthrazit',
  gold: 'gold golden goldfarben dorado oro goud gouden zloty dore',
  silver: 'silver silber silbern plateado argento zilver srebrny argente argent prata',
  beige: 'beige creme cream ivory sand',
};

const FAMILY_OF = new Map(
  Object.entries(FAMILIES).flatMap(([family, names]) => names.split(' ').map((name) => [name, family] as const)),
);

/** Words that name a colour and mostly mean something else in a title: of use only where a colour is asked for. */
const AMBIGUOUS = new Set(
  'sand cream creme rose marine olive gold golden oro orange sort vit wit bla gra gul rod viola azul argent rosa sari ivory'.split(
    ' ',
  ),
);

/** Families of colours that a value says, such as an attribute's. */
export const colorsIn = (text: string): ReadonlySet<string> => familiesOf(text, () => true);

/** Families of colours that a title says; fewer words are taken for colours there. */
export const colorsInTitle = (title: string): ReadonlySet<string> => familiesOf(title, (word) => !AMBIGUOUS.has(word));

function familiesOf(text: string, isMeant: (word: string) => boolean): ReadonlySet<string> {
  const words = fold(text).match(/\p{L}+/gu) ?? [];
  return new Set(words.flatMap((word) => (isMeant(word) && FAMILY_OF.get(word)) || []));
}
