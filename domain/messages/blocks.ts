/** What a message says, as blocks in an order: HTML and text are both made of these, so that they never tell different things. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'title'; readonly text: string }
  /** One or two amounts that matter most, side by side. */
  | { readonly kind: 'figures'; readonly figures: readonly Figure[] }
  /** Somebody else's words, or what to do, set off. */
  | { readonly kind: 'note'; readonly label: string; readonly text: string }
  | { readonly kind: 'button'; readonly label: string; readonly url: string }
  /** What else there is to do, less prominent than a button. */
  | { readonly kind: 'links'; readonly links: readonly Link[] }
  /** From the shop's own address; the mail says all without it. A small one is as wide as a thumb. */
  | { readonly kind: 'picture'; readonly url: string; readonly alt: string; readonly small?: boolean }
  /** A table of two columns, and what it adds up to. */
  | { readonly kind: 'rows'; readonly rows: readonly Row[]; readonly sums?: readonly Sum[] }
  /** One or two short lists side by side: addresses. */
  | { readonly kind: 'columns'; readonly columns: readonly Column[] };

export interface Figure {
  readonly label: string;
  readonly value: string;
}

export interface Link {
  readonly label: string;
  readonly url: string;
}

export interface Row {
  readonly label: string;
  readonly note?: string | undefined;
  readonly value: string;
  readonly url?: string | undefined;
}

export interface Sum {
  readonly label: string;
  readonly value: string;
  readonly strong?: boolean;
}

export interface Column {
  readonly title: string;
  readonly lines: readonly string[];
}

/** How the news is: it colours the line above the heading. */
export type Tone = 'good' | 'attention' | 'bad' | 'plain';

export interface Mail {
  readonly subject: string;
  /** What a mailbox shows beside the subject. */
  readonly preheader: string;
  readonly tone: Tone;
  /** What it is about, above the heading. */
  readonly eyebrow: string;
  readonly heading: string;
  readonly blocks: readonly Block[];
}

/** What is around a mail's own words. */
export interface Frame {
  readonly language: string;
  readonly shopName: string;
  readonly footer: string;
  readonly unsubscribe: { readonly label: string; readonly url: string } | undefined;
}
