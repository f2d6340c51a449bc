/** Which of the languages that a browser asks for messages are written in (RFC 9110 §12.5.4). */
import { findLocale } from './messages/locales.ts';

/** More are no wish of a person. */
const MAX_LANGUAGES = 20;

/** The first of them by weight; undefined when none is written here, or nothing legible was asked for. */
export function preferredLocale(header: string | undefined): string | undefined {
  if (header === undefined) return undefined;
  const wishes = header.split(',', MAX_LANGUAGES).map(parseWish);
  const wanted = wishes.filter(({ weight }) => weight > 0).toSorted((a, b) => b.weight - a.weight);
  return wanted.map(({ tag }) => canonical(tag)).find((tag) => tag !== undefined && findLocale(tag) !== undefined);
}

function parseWish(wish: string) {
  const [tag = '', ...parameters] = wish.split(';').map((part) => part.trim());
  const weight = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { tag, weight: weight === undefined ? 1 : Number(weight) };
}

function canonical(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}
