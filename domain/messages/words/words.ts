/** All that messages say, by language. English sets what there is to say; a language that lacks a word does not compile. */
import type { Language } from '../locales.ts';
import { en } from './en/index.ts';

export type Words = typeof en;

export const WORDS: Readonly<Record<Language, Words>> = { en, de: en, es: en, ja: en };
