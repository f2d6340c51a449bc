/** What a chart shows, and how it looks. */
import type { ChartTheme } from './chart-style.ts';
import type { PriceSeries } from './price-series.ts';

export interface ChartWords {
  ours: string;
  outOfStock: string;
  unknown: string;
  nothing: string;
}

export interface PriceChart {
  title: string;
  currency: string;
  since: Date;
  until: Date;
  /** Ours first; at most as many as there are colours (see {@link MAX_SERIES}). */
  series: readonly PriceSeries[];
  /** What stands below: how many are left out, say. */
  note?: string | undefined;
}

export interface ChartLook {
  width: number;
  /** Of title and plot; the legend below takes what it needs. */
  plotHeight: number;
  theme: ChartTheme;
  locale: string;
  words?: ChartWords;
}
