/** All that messages say, by language. English sets what there is to say; a language that lacks a word does not compile. */
import type { Language } from '../locales.ts';
import { de } from './de/index.ts';
import { en, type Words } from './en/index.ts';
import { es } from './es/index.ts';
import { ja } from './ja/index.ts';

export type { Words } from './en/index.ts';

export const WORDS: Readonly<Record<Language, Words>> = { en, de, es, ja };
