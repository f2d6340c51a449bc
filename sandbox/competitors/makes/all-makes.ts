import type { Make } from '../shops.ts';
import { microdata, rdfa } from './attributes.ts';
import { jsonLdGraph, jsonLdLoose } from './json-ld.ts';
import type { MakePage } from './marks.ts';
import { embeddedState, meta, plain, plainRedesigned } from './plain-makes.ts';

export const makes: Readonly<Record<Make, MakePage>> = {
  json_ld_graph: jsonLdGraph,
  json_ld_loose: jsonLdLoose,
  ...{ microdata, rdfa, meta, plain },
  embedded_state: embeddedState,
  plain_2: plainRedesigned,
};
