/**
 * What currencies are written as, beside their ISO codes. Behind a bar stands what a mark means only where a hint says so; a mark
 * that means several things without one means none of them for sure.
 */

const DOLLARS =
  'usd cad aud nzd mxn sgd hkd twd clp cop ars uyu bbd bmd bnd bsd bzd dop fjd gyd jmd kyd lrd nad sbd srd ttd xcd nio cup mop';
const KRONOR = 'sek nok dkk isk';
const RUPEES = 'inr pkr lkr npr mur scr';
const ARAB_DINARS = 'kwd bhd jod iqd tnd lyd dzd';

/** Marks separated by `;`, and what they mean. Letters are matched whole words, `.` behind an abbreviation may be missing. */
export const CURRENCY_MARKS: readonly (readonly [string, string])[] = [
  ['€;euro;euros;eur.;€uro;евро;ευρώ;ユーロ;유로;欧元;يورو;یورو', 'eur'],
  ['£', 'gbp|egp lbp fkp gip shp sdg syp'],
  ['UK£;GB£;£GB', 'gbp'],
  ['$;dollars;dollar;dólares', DOLLARS],
  ['US$;US $;U$S;U.S.$;$US;USD$;$USD;U$D;US dollars;美元', 'usd'],
  ['CA$;C$;CAD$;Can$;$CA;$CAD;CDN$', 'cad|nio'],
  ['A$;AU$;AUD$;$AU;$AUD', 'aud'],
  ['NZ$;NZD$;$NZ', 'nzd'],
  ['HK$;HKD$;港元;港幣;港币', 'hkd'],
  ['NT$;NTD;新台幣;新臺幣;台幣', 'twd'],
  ['S$;SG$;SGD$', 'sgd'],
  ['MX$;Mex$;MXN$;M.N.', 'mxn'],
  ['AR$;ARS$', 'ars'],
  ['CL$;CLP$', 'clp'],
  ['COL$;COP$;CO$', 'cop'],
  ['$U;UY$;UYU$', 'uyu'],
  ['R$;BRL$;reais', 'brl'],
  ['RD$', 'dop'],
  ['J$', 'jmd'],
  ['TT$', 'ttd'],
  ['BZ$', 'bzd'],
  ['EC$', 'xcd'],
  ['FJ$', 'fjd'],
  ['N$', 'nad'],
  ['MOP$', 'mop'],
  ['pesos', 'mxn ars clp cop uyu php dop cup'],
  ['¥', 'jpy cny'],
  ['円;日元;日圓;JP¥;yen', 'jpy'],
  ['人民币;人民幣;RMB;CN¥;yuan', 'cny'],
  ['元;圆;圓', 'cny twd hkd mop'],
  ['₩;원', 'krw'],
  ['₹;₹.', 'inr'],
  ['Rs;RS;rs;Rs.;₨;rupees', RUPEES],
  ['रु;रु.;रू;रू.;रुपये', 'inr|npr'],
  ['₽', 'rub'],
  ['руб;руб.;рублей;рубля;рубль;р;р.', 'rub byn'],
  ['Br', 'byn etb'],
  ['₴;грн;грн.;гривень;гривні', 'uah'],
  ['zł;ZŁ;Zł;zł.;zl;złotych', 'pln'],
  ['Kč;KČ;kč;Kc;Kčs;korun', 'czk'],
  ['Ft;Ft.;forint', 'huf'],
  ['lei;leu', 'ron|mdl'],
  ['лв;ЛВ;Лв;лв.;лева', 'bgn'],
  ['kn', 'hrk'],
  ['din;din.;дин;дин.;RSD', 'rsd'],
  ['KM', 'bam'],
  ['ден;ден.', 'mkd'],
  ['kr;Kr;KR;kr.;kronor;kroner;krónur;:-', KRONOR],
  ['SKr', 'sek'],
  ['NKr', 'nok'],
  ['DKr', 'dkk'],
  ['Fr.;SFr.;SFr;Fr;Franken;CHF.', 'chf'],
  ['₺;TL;Tl;tl;YTL', 'try'],
  ['₪;ש"ח;ש״ח;ש”ח;שקל;שקלים;NIS', 'ils'],
  ['฿;บาท;baht', 'thb'],
  ['₫;đ;đồng;VNĐ', 'vnd'],
  ['₱', 'php'],
  ['₦', 'ngn'],
  ['KSh;KShs', 'kes'],
  ['TSh', 'tzs'],
  ['USh', 'ugx'],
  ['GH₵;GH¢;₵', 'ghs'],
  ['RM', 'myr'],
  ['Rp;RP;rp;Rp.', 'idr'],
  ['R', 'zar'],
  ['₡', 'crc'],
  ['₲;Gs;Gs.', 'pyg'],
  ['S/;S/.', 'pen'],
  ['Bs;Bs.;Bs.S;Bs.F', 'bob ves'],
  ['Q', 'gtq'],
  ['L;L.', '|hnl all'],
  ['B/.', 'pab'],
  ['₸;тг;тг.;тенге', 'kzt'],
  ['₾;ლარი', 'gel'],
  ['₼', 'azn'],
  ['֏;դր;դր.;դրամ', 'amd'],
  ['сом', 'kgs'],
  ["сум;so'm;soʻm;so‘m", 'uzs'],
  ['₭', 'lak'],
  ['៛', 'khr'],
  ['৳;টাকা;Tk;Tk.', 'bdt'],
  ['₮', 'mnt'],
  ['؋', 'afn'],
  ['ریال', 'irr'],
  ['﷼;ريال;رس', 'sar qar omr yer|irr'],
  ['ر.س;ر.س.;ريال سعودي;SR;S.R.', 'sar'],
  ['ر.ق;ر.ق.;QR', 'qar'],
  ['ر.ع;ر.ع.;ريال عماني', 'omr'],
  ['ر.ي;ر.ي.', 'yer'],
  ['د.إ;د.إ.;درهم إماراتي', 'aed'],
  ['درهم;Dhs;Dhs.;DHS;Dh;DH;dh;dhs;dirhams', 'aed mad'],
  ['د.م;د.م.;درهم مغربي', 'mad'],
  ['د.ك;د.ك.;KD;K.D.;دينار كويتي', 'kwd'],
  ['د.ب;د.ب.;BD;B.D.', 'bhd'],
  ['د.أ;د.أ.;د.ا;د.ا.;JD', 'jod'],
  ['د.ت;د.ت.;DT', 'tnd'],
  ['د.ج;د.ج.;DA', 'dzd'],
  ['د.ل;د.ل.;LD', 'lyd'],
  ['د.ع;د.ع.', 'iqd'],
  ['دينار', ARAB_DINARS],
  ['ج.م;ج.م.;جنيه;LE;L.E.;E£', 'egp'],
  ['ل.ل;ل.ل.;L.L.', 'lbp'],
  ['ل.س;ل.س.', 'syp'],
  ['FCFA;F CFA;F\u00a0CFA;CFA', 'xof xaf'],
  // A toman is ten rials and has no code; whoever reads it as rials is wrong by ten. Nor is a coin of a chain a currency here.
  ['تومان;تومن;₿;BTC;ETH', ''],
];

/** Codes in use. Intl also knows the dead ones, which are mostly words today. */
export const CURRENCY_CODES = new Set(
  `aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd btn bwp byn bzd cad cdf chf clp cny cop crc
  cup cve czk djf dkk dop dzd egp ern etb eur fjd fkp gbp gel ghs gip gmd gnf gtq gyd hkd hnl hrk htg huf idr ils inr iqd irr isk jmd
  jod jpy kes kgs khr kmf kpw krw kwd kyd kzt lak lbp lkr lrd lsl lyd mad mdl mga mkd mmk mnt mop mru mur mvr mwk mxn myr mzn nad ngn
  nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sdg sek sgd shp sle sos srd ssp stn svc syp szl thb
  tjs tmt tnd top try ttd twd tzs uah ugx usd uyu uzs ves vnd vuv wst xaf xcd xof xpf yer zar zmw`.split(/\s+/),
);

/** Codes that are words, too: taken where nothing else is written, or where they are what is expected. */
export const CODES_THAT_ARE_WORDS = new Set(
  'all amd ang bam bob cop cup gel lak mad mop mur pen ron sos top try sar sek'.split(' '),
);
