/**
 * What lets a chart of prices, or the saved page that an observation rests on, be seen without a key, in a mail: which one it is,
 * signed. It shows that one alone and opens nothing else.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

export interface ChartLink {
  kind: 'listing' | 'variant';
  id: string;
  days: number;
  /** Until when; RFC 3339. */
  until: string;
  width: number;
  theme: 'light' | 'dark';
}

export interface ChartTokens {
  issue(link: ChartLink): string;
  /** Undefined for what is not ours, or was changed. */
  read(token: string): ChartLink | undefined;
  /** Of an observation's saved page. */
  issueEvidence(observationId: string): string;
  readEvidence(token: string): string | undefined;
}

const MAX_LENGTH = 512;

export function createChartTokens(secret: string): ChartTokens {
  // The prefixes keep tokens of one kind, made with the same secret, from being those of another.
  const charts = signer(secret, 'pc', 'chart-token');
  const pages = signer(secret, 'pe', 'evidence-token');
  return {
    issue: ({ kind, id, days, until, width, theme }) => charts.issue([kind, id, days, until, width, theme]),
    read(token) {
      const [kind, id, days, until, width, theme] = charts.read(token) ?? [];
      return kind === undefined ? undefined : ({ kind, id, days, until, width, theme } as ChartLink);
    },
    issueEvidence: (observationId) => pages.issue([observationId]),
    readEvidence: (token) => pages.read(token)?.[0] as string | undefined,
  };
}

type Content = readonly (string | number)[];

function signer(secret: string, prefix: string, purpose: string) {
  const sign = (content: string) => createHmac('sha256', secret).update(`${purpose}/${content}`).digest();
  return {
    issue(values: Content): string {
      const content = Buffer.from(JSON.stringify(values)).toString('base64url');
      return `${prefix}_${content}.${sign(content).toString('base64url')}`;
    },
    read(token: string): Content | undefined {
      if (token.length > MAX_LENGTH || !token.startsWith(`${prefix}_`)) return undefined;
      const [, content, signature] = /^([\w-]+)\.([\w-]{43})$/.exec(token.slice(prefix.length + 1)) ?? [];
      if (!content || !signature) return undefined;
      const given = Buffer.from(signature, 'base64url');
      const expected = sign(content);
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
      return JSON.parse(Buffer.from(content, 'base64url').toString()) as Content;
    },
  };
}

/** Where a mail's picture is; without a key. */
export const chartUrl = (publicUrl: string, token: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/price-charts/${token}.png`;

/** Where the saved page of an observation can be seen; without a key. */
export const evidenceUrl = (publicUrl: string, token: string): string =>
  `${publicUrl.replace(/\/+$/, '')}/price-evidence/${token}`;
