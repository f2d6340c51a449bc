/** The words behind the cues, separated by bars. In the languages of the shops that are watched, and meant to be added to. */
export type Cue =
  /** Before a price: it is today's. */
  | 'now'
  /** Before a price: it is a former or recommended one. */
  | 'was'
  | 'from'
  /** Behind a price: it is the lowest of several. */
  | 'upwards'
  | 'to'
  | 'between'
  | 'and'
  /** Before an amount: it is what is saved, or an upper, lower or rough bound. */
  | 'notPrice'
  /** Beside an amount: it is a discount, postage, a deposit, an instalment. */
  | 'otherAmount'
  | 'per'
  | 'time'
  | 'unit'
  | 'piece'
  | 'article'
  | 'times'
  | 'for'
  | 'multiple'
  | 'taxIncluded'
  | 'taxExcluded'
  /** Says nothing that matters. */
  | 'neutral'
  /** Postage that costs nothing, from some amount on. */
  | 'freePostage'
  /** `de R$ 199 por R$ 149` */
  | 'outOf'
  | 'downTo'
  /** Hundredths spelt out. */
  | 'cents';

export const CUE_WORDS: Record<Cue, string> = {
  now: `sale|only|just|nur|seulement|solo|sólo|soltanto|apenas|só|slechts|bara|endast|kun|bare|vain|tylko|jen|pouze|len|csak|doar|numai|только|всего|лише|тільки|само|μόνο|sadece|فقط|רק|केवल|仅|만|chỉ|เพียง|hanya|tik|tikai|ainult|samo|now|now only|today|sale price|special price|offer price|deal price|your price|reduced to|jetzt|jetzt nur|aktionspreis|angebotspreis|
    sonderpreis|maintenant|prix promo|prix soldé|ahora|precio oferta|agora|por apenas|adesso|ora|prezzo scontato|nu|nu voor|nå|nyt|teraz|
    nyní|nyni|teď|akční cena|most|akciós ár|acum|сейчас|теперь|зараз|сега|τώρα|şimdi|indirimli fiyat|الآن|سعر العرض|עכשיו|מחיר מבצע|अब|
    セール価格|特価|現在価格|할인가|판매가|现价|现在|特价|促销价|到手价|bây giờ|giá khuyến mãi|ราคาพิเศษ|sekarang|dabar|tagad|nüüd|zdaj|sada|сада`,
  was: `was|were|before|old price|regular price|regularly|reg|reg.|orig|orig.|original price|originally|list price|list|msrp|rrp|r.r.p.|srp|
    retail price|compare at|instead of|previously|usual price|usually|lowest price in last 30 days|lowest 30-day price|lowest price last 30 days|
    statt|vorher|uvp|uvp des herstellers|unverb. preisempf.|unverbindliche preisempfehlung|früher|bisher|alter preis|niedrigster preis der letzten 30 tage|
    30-tage-bestpreis|listenpreis|avant|au lieu de|ancien prix|prix conseillé|prix barré|prix public|antes|en lugar de|precio anterior|pvpr|p.v.p.r.|
    precio original|pvp recomendado|precio de lista|precio normal|preço antigo|preço original|preço de tabela|prima|invece di|anziché|prezzo di listino|prezzo consigliato|prezzo precedente|
    van|voorheen|adviesprijs|oude prijs|normale prijs|was-prijs|tidigare|tidigare pris|ord. pris|ord pris|ordinarie pris|ord.|rek. pris|rek pris|förr|før|førpris|før pris|førprisen|veil.|vejl. pris|vejl.|
    veil. pris|normalpris|aiemmin|ennen|norm.|ovh|suositushinta|normaalihinta|było|wcześniej|poprzednia cena|cena regularna|cena katalogowa|
    najniższa cena z 30 dni|najniższa cena z ostatnich 30 dni|původně|původní cena|běžná cena|doporučená cena|předtím|pôvodne|pôvodná cena|
    bežná cena|odporúčaná cena|eredeti ár|korábbi ár|régi ár|helyett|listaár|înainte|preț vechi|pret vechi|prp|preț recomandat|pret recomandat|pret initial|preț inițial|
    было|старая цена|вместо|раньше|рекомендованная цена|рекомендуемая цена|було|стара ціна|стара цена|замість|πριν|αρχική τιμή|από την αρχική|πλτ|αντί|π.λ.τ.|
    önceki fiyat|eski fiyat|eskiden|liste fiyatı|السعر السابق|كان|قبل|بدلا من|بدلاً من|במקום|מחיר קודם|מחיר מחירון|לפני|पहले|एमआरपी|mrp|m.r.p.|
    定価|参考価格|通常価格|希望小売価格|メーカー希望小売価格|旧価格|정가|정상가|권장소비자가|소비자가|原价|市场价|划线价|建议零售价|原價|建議售價|定價|giá cũ|giá gốc|giá niêm yết|giá thị trường|ราคาเดิม|ราคาปกติ|จาก|
    harga normal|harga asli|harga sebelumnya|sebelum|buvo|sena kaina|senā cena|iepriekš|vana hind|tavahind|enne|prej|redna cena|stara cena|prije|redovna cijena|stara cijena|
    pre|редовна цена|преди|пцд`,
  from: `from|starting at|starting from|starts at|starts from|as low as|at least|prices from|price from|ab|schon ab|bereits ab|à partir de|a partir de|à partir d'|
    dès|desde|partindo de|a partire da|da|vanaf|från|fra|pris från|pris fra|alkaen|od|již od|už od|ceny od|akár|de la|începând de la|pornind de la|от|начиная с|
    від|από|başlangıç fiyatı|من|ابتداء من|تبدأ من|يبدأ من|החל מ|החל מ-|de partir|từ|chỉ từ|เริ่มต้น|เริ่มต้นที่|เริ่มที่|mulai|mulai dari|dari|bermula|nuo|alates|frá`,
  upwards: `and up|and above|or more|upwards|から|より|부터|起|起售|alk.|-tól|-től|itibaren|'den itibaren|'dan itibaren|den itibaren|dan itibaren|başlayan|'den başlayan|'dan başlayan|'den başlayan fiyatlarla|'dan başlayan fiyatlarla|başlayan fiyatlarla|från och med|से|से शुरू|ขึ้นไป`,
  to: `to|through|until|bis|à|au|a|al|até|tot|till|til|til og med|do|až|до|έως|ως|ile|إلى|الى|עד|まで|至|到|đến|ถึง|sampai|hingga|iki|līdz|kuni|和`,
  between: `between|zwischen|entre|tra|fra|mellem|mellan|mellom|między|mezi|medzi|между|між|tussen`,
  and: `and|und|et|y|e|en|og|och|i|a|и|і`,
  notPrice: `grundpreis|kilopreis|literpreis|kilopris|literpris|jämförpris|jfr-pris|jmf-pris|jmf pris|kilohinta|litrahinta|vertailuhinta|فوق|أكثر من|حتى|ลด|ahorrás|save|you save|saving|savings|saving of|sie sparen|du sparst|spare|spar|sparen sie|ersparnis|économisez|vous économisez|soit une économie de|économie|ahorra|ahorras|ahorre|usted ahorra|
    economize|poupe|poupa|você economiza|risparmi|risparmia|hai risparmiato|bespaar|je bespaart|u bespaart|spara|du sparar|spar|du sparer|säästä|säästät|oszczędzasz|oszczędź|ušetříte|ušetřete|sleva|ušetríte|
    megtakarítás|megtakarít|economisești|economisesti|экономия|вы экономите|економія|економите|спестявате|κερδίζετε|όφελος|kazancınız|وفر|توفير|חסכון|חוסך|बचत|
    up to|over|under|below|above|more than|less than|max|max.|min|min.|minimum|maximum|bis zu|über|unter|höchstens|mindestens|jusqu'à|jusqu’à|plus de|moins de|hasta|más de|menos de|até|
    acima de|abaixo de|fino a|oltre|sopra|sotto|tot wel|boven|onder|upp till|över|under|op til|opp til|over|yli|alle|jopa|powyżej|poniżej|aż do|nad|pod|peste|sub|więcej niż|свыше|более|менее|до|
    approx|approx.|approximately|about|around|roughly|circa|ca|ca.|etwa|ungefähr|env.|environ|aprox.|aproximadamente|около|примерно|ok.|約|约|win|spend|buy|earn|get|gana|gagnez|gewinnen|minsta|mín.|
    plus|zzgl|zzgl.|zuzüglich|excluding delivery of`,
  otherAmount: `p.m.|p. m.|pp|p.p.|pro person|value|valued at|worth|est.|est. retail|estimated|bid|current bid|gebot|ahorrás|ahorrá|éco-part|éco part|écotaxe|eco-part|üzeri|ve üzeri|üstü|当たり|あたり|100g당|100ml당|10g당|kg당|off|以上|以下|未満|이상|이하|sparen|spart|sparad|sparat|besparing|d'économie|risparmiati|finance|financing from|finanzierung|finanzierungsrate|leasing|leasingrate|ratenkauf|teilzahlung|financement|financiación|financiamiento|finanziamento|financiamento|klarna|afterpay|clearpay|affirm|paypal|sezzle|pay in 3|pay in 4|rahoitus|finansowanie|leasingu|discount|discounts|rebate|coupon|voucher|gift card|cashback|cash back|code|credit|reward|rewards|points|pts|saved|shipping|delivery|postage|p&p|handling|freight|deposit|crv|down|
    upfront|installment|installments|instalment|instalments|payments|payment|monthly|weekly|yearly|annually|financing|apr|order|orders|basket|purchase|subscription|trial|tip|fee|fees|surcharge|tax|vat|duty|warranty|insurance|
    rabatt|nachlass|gutschein|gespart|sofortrabatt|günstiger|versand|versandkosten|lieferung|lieferkosten|porto|pfand|anzahlung|rate|raten|ratenzahlung|monatlich|mtl|mtl.|monatsrate|gebühr|bestellwert|bestellung|einkauf|punkte|mindestbestellwert|
    remise|réduction|rabais|de réduction|bon d'achat|livraison|frais de port|frais|consigne|acompte|mensualités|mensualité|versements|échéances|fois|d'achat|d'achats|de remise|offerts|éco-participation|ecopart|dont|
    descuento|dto|dto.|cupón|envío|gastos de envío|cuota|cuotas|plazos|fianza|de ahorro|ahorro|pedido|compra|desconto|cupom|frete|portes|envio|parcela|parcelas|entrada|juros|poupança|
    sconto|di sconto|buono|spedizione|spese di spedizione|rate da|rata|caparra|cauzione|acconto|risparmio|ordine|korting|kortingscode|verzendkosten|verzending|statiegeld|termijnen|aanbetaling|bezorging|voordeel|
    frakt|leverans|presentkort|avbetalning|delbetalning|pant|rabattkod|delbetaling|fragt|levering|depositum|avdrag|toimitus|toimituskulut|alennus|alennusta|osamaksu|pantti|erissä|säästö|
    rabat|rabatu|zniżki|zniżka|taniej|dostawa|wysyłka|kaucja|raty|rat|rata|kupon|slevy|doprava|poštovné|záloha|splátka|splátky|splátek|zľava|zľavy|splátok|poukaz|poukážka|kedvezmény|szállítás|szállítási díj|kupon|részlet|betétdíj|
    reducere|reduceri|livrare|transport|garanție|rate|avans|voucher|скидка|скидки|скидкой|доставка|доставки|купон|баллов|бонусов|рассрочка|платеж|платежа|платежей|знижка|доставка|відстрочка|отстъпка|вноски|
    έκπτωση|μεταφορικά|αποστολή|δόσεις|δόση|κουπόνι|indirim|kargo|taksit|kupon|peşinat|خصم|شحن|الشحن|توصيل|قسط|أقساط|دفعات|كوبون|הנחה|משלוח|תשלומים|קופון|छूट|शिपिंग|कूपन|emi|
    送料|割引|引き|オフ|クーポン|ポイント|分割|配送料|円引き|头金|頭金|배송비|할인|쿠폰|포인트|적립|개월|할부|运费|優惠券|优惠券|优惠|立减|满|折扣|折|減|减|省|定金|押金|首付|期|giảm|phí vận chuyển|vận chuyển|voucher|trả góp|đặt cọc|ส่วนลด|ค่าส่ง|ค่าจัดส่ง|ผ่อน|คูปอง|
    diskon|hemat|ongkir|cicilan|potongan|kupon|nuolaida|pristatymas|atlaide|piegāde|soodustus|tarne|popust|dostava|obroka|obrok|попуст`,
  per: `per|за|pro|je|par|por|pr.|pr|za|на|za 1|a|ανά|başına|لكل|ל|प्रति|la`,
  time: `fortnight|fortnightly|biweekly|quarterly|quarter|month|months|mo|mo.|mth|week|weeks|wk|year|years|yr|yrs|day|days|night|nights|hour|hours|hr|annum|monat|monate|monaten|mon.|woche|wochen|jahr|jahre|tag|tage|nacht|stunde|
    mois|semaine|semaines|an|ans|année|jour|jours|nuit|heure|mes|meses|semana|semanas|año|años|día|días|noche|mês|ano|anos|dia|dias|noite|mese|mesi|settimana|anno|anni|giorno|giorni|notte|
    maand|maanden|mnd|mnd.|mån|mån.|månad|månader|måned|måneder|md.|md|år|uge|uke|vecka|dag|dagen|jaar|dygn|kk|kuukausi|kuukautta|kuukaudessa|vuosi|päivä|miesiąc|miesięcy|mies.|mies|mc|rok|tydzień|dzień|
    měsíc|měsíčně|měsíců|mesiac|mesačne|mesiacov|hó|hónap|hónapig|havi|év|lună|luni|an|месяц|месяца|месяцев|мес|мес.|міс|міс.|місяць|год|месец|месеца|μήνα|μήνες|μήνας|ay|aylık|yıl|شهر|شهريا|شهرياً|شهور|سنة|חודש|חודשים|לחודש|महीना|महीने|माह|
    月|か月|ヶ月|月々|年|泊|월|년|每月|tháng|เดือน|bulan|mėn|mėn.|mēn|mēn.|kuu|kuus|mesec|mjesec|mesečno|mjesečno`,
  unit: `kg|kgs|kilo|kilos|kilogram|kilograms|kilogramm|g|gr|gr.|gram|grams|gramm|grammes|mg|lb|lbs|lb.|pound|oz|oz.|ounce|fl oz|fl. oz.|l|lt|ltr|liter|liters|litre|litres|litro|litros|litri|ml|cl|dl|m|m²|m2|m³|qm|lfm|cm|mm|ft|sq ft|sqft|sq. ft.|yd|meter|meters|metre|metres|metro|inch|
    кг|кг.|г|гр|л|мл|м|м²|м2|см|κιλό|κιλού|λίτρο|كجم|كيلو|كغ|لتر|غرام|ק"ג|קג|ליטר|किलो|ग्राम|लीटर|キロ|グラム|公斤|克|升|斤|kilogramm|liitri|liter|rulle|vaske|wl|waschladung|wash|washes|dosis|lavado|lavados|100g|100ml`,
  piece: `each|ea|ea.|piece|pieces|pc|pcs|pc.|item|unit|units|pair|pack|set|stück|stk|stk.|st|st.|stuk|stuks|paar|packung|pièce|pièces|unité|l'unité|la pièce|pce|unidad|unidades|ud|ud.|uds|pza|pieza|par|unidade|unid.|un|un.|peça|pezzo|pezzi|pz|pz.|cad.|cad|cadauno|
    styck|kpl|szt|szt.|sztuka|sztukę|ks|kus|kusy|db|darab|buc|buc.|bucată|bucata|шт|шт.|штука|штуку|бр|бр.|брой|τεμ|τεμ.|τεμάχιο|adet|قطعة|للقطعة|יחידה|יח'|ליחידה|個|点|枚|本|台|着|冊|個あたり|개|장|매|件|个|個|只|双|套|瓶|cái|chiếc|ชิ้น|อัน|buah|pcs|vnt|vnt.|gab|gab.|tk|kos|kom|kom.|пара|пар`,
  article: `el|le|la|il|al|the|der|das|au|un|una|une|l'|a`,
  times: `x|×|✕|✖|*|х`,
  for: `for|für|pour|por|voor|för|for|til|za|за|για|için|per|na`,
  multiple: `k|thousand|million|millions|mio|mio.|mn|bn|billion|lakh|lakhs|lac|crore|crores|cr|mil|mille|mila|tausend|tsd|tsd.|tis|tis.|tys|tys.|tysięcy|tisíc|ezer|mii|тыс|тыс.|тис|тис.|хил|млн|bin|milyon|الف|ألف|مليون|אלף|हजार|लाख|万|萬|億|亿|千|만|천|억|nghìn|ngàn|triệu|tr|พัน|หมื่น|แสน|ล้าน|ribu|rb|juta|jt|tuh|hiljaa`,
  taxIncluded: `incl vat|incl. vat|inc vat|inc. vat|including vat|inc tax|incl. tax|tax included|vat included|incl gst|incl. gst|inc gst|inkl mwst|inkl. mwst|inkl. mwst.|inkl mwst.|inkl. ust|inkl. ust.|inkl. 19% mwst|inkl. 19 % mwst|inkl. 19% mwst.|inkl. 19 % mwst.|
    inkl. gesetzl. mwst|inkl. gesetzlicher mwst|inkl. mehrwertsteuer|ttc|t.t.c.|iva incluido|iva incluida|iva incl|iva incl.|iva inc.|con iva|com iva|iva inclusa|iva compresa|incl. btw|incl btw|inclusief btw|inkl. moms|inkl moms|ink. moms|sis. alv|alv sis|sis alv|brutto|z vat|vč. dph|vč dph|včetně dph|s dph|s dph.|vrátane dph|bruttó|áfával|áfa-val|cu tva|tva inclus|
    с ндс|з пдв|с ддс|με φπα|kdv dahil|شامل الضريبة|شاملة الضريبة|شامل ضريبة القيمة المضافة|כולל מע"מ|कर सहित|税込|税込み|(税込)|内税|부가세포함|부가세 포함|vat포함|含税|含稅|đã bao gồm vat|รวมภาษี|su pvm|ar pvn|km-ga|z ddv|s pdv|sa pdv`,
  taxExcluded: `excl vat|excl. vat|ex vat|ex. vat|excluding vat|plus vat|+ vat|ex tax|excl. tax|excl tax|plus tax|+ tax|ex gst|ex. gst|zzgl. mwst|zzgl. mwst.|zzgl mwst|exkl. mwst|exkl. mwst.|ohne mwst|ohne mwst.|netto|zzgl. ust|zzgl. ust.|ht|h.t.|hors taxe|hors taxes|sin iva|iva no incluido|más iva|+ iva|sem iva|iva esclusa|senza iva|excl. btw|excl btw|ex btw|ex. btw|exclusief btw|exkl. moms|exkl moms|ex moms|ex. moms|uden moms|eks. mva|ekskl. mva|alv 0|alv 0%|bez vat|bez dph|nettó|áfa nélkül|+ áfa|+áfa|fără tva|fara tva|
    без ндс|без пдв|без ддс|χωρίς φπα|+ φπα|kdv hariç|+ kdv|+kdv|غير شامل الضريبة|לא כולל מע"מ|税抜|税抜き|税別|부가세별도|부가세 별도|不含税|未稅|chưa bao gồm vat|be pvm|bez pvn|km-ta|brez ddv|bez pdv-a`,
  neutral: `price|prices|our price|total|only|just|usd|cost|amount|preis|preise|unser preis|nur|gesamtpreis|einzelpreis|prix|notre prix|prix unitaire|seulement|total|de|entre|between|zwischen|von|precio|precio final|precios|solo|sólo|preço|preços|apenas|só|prezzo|solo|soltanto|prijs|slechts|alleen|onze prijs|voor|pris|priset|endast|bara|kun|vår pris|hinta|vain|cena|ceny|tylko|pouze|jen|len|iba|naše cena|
    ár|ára|csak|csupán|bruttó ár|preț|preţ|pret|prețul|doar|numai|цена|цены|всего|только|ціна|лише|тільки|само|τιμή|μόνο|fiyat|fiyatı|sadece|السعر|سعر|فقط|מחיר|רק|मूल्य|कीमत|दाम|केवल|मात्र|価格|販売価格|本体価格|値段|가격|价格|價格|售价|售價|单价|仅|只|仅售|giá|giá bán|chỉ|ราคา|เพียง|harga|hanya|kaina|tik|cena|tikai|hind|ainult|samo|cijena|цијена|verð|aðeins|и|us|
    plus shipping|excl. shipping|excl shipping|excluding shipping|incl. shipping|+ shipping|zzgl. versand|zzgl versand|zzgl. versandkosten|zzgl versandkosten|plus versand|inkl. versand|inkl. versandkosten|exkl. versandkosten|
    送料別`,
  freePostage: `free shipping|free delivery|with free shipping|versandkostenfrei|versandfrei|kostenloser versand|gratis versand|livraison gratuite|livraison offerte|envío gratis|envio gratis|frete grátis|portes grátis|spedizione gratuita|spedizione gratis|gratis verzending|gratis bezorging|fri frakt|fraktfritt|gratis fragt|fri fragt|ilmainen toimitus|darmowa dostawa|doprava zdarma|ingyenes szállítás|transport gratuit|livrare gratuita|бесплатная доставка|безкоштовна доставка|безплатна доставка|δωρεάν αποστολή|δωρεάν μεταφορικά|ücretsiz kargo|kargo bedava|شحن مجاني|משלוח חינם|送料無料|送料込|送料込み|무료배송|무료 배송|包邮|免运费|免運費|miễn phí vận chuyển|ส่งฟรี|gratis ongkir|ships free|envíos gratis|livrare gratuită|transport gratuit la comenzi de`,
  outOf: `de|van|von`,
  downTo: `por|voor|auf|price|our price|preis|unser preis|prix|notre prix|cena|naše cena|nasza cena|precio|preço|prezzo|prijs|onze prijs|pris|hinta|ár|preț|pret|цена|ціна|τιμή|fiyat|価格|販売価格|售价|价格`,
  cents: `коп|коп.|копеек|копейки|копійок|bani|gr|gr.|groszy|öre|øre|aurar|cent|cents|ct|cts|centimes|céntimos|centavos|centesimi|стотинки|ст.`,
};
