import type { Palette } from './demo-product.ts';
import { circle, each, fade, rect, shape, stroke, turn } from './shapes.ts';

type Drawing = (tone: Palette) => string;

export const deskDrawings: Readonly<Record<string, Drawing>> = {
  'field-notebook': ({ main, dark, light, accent }) =>
    turn(
      -8,
      rect(178, 128, 270, 350, '#fbf8ef', 14) +
        rect(168, 118, 270, 350, dark, 16) +
        rect(160, 112, 270, 350, main, 16) +
        rect(160, 112, 46, 350, dark, 16) +
        rect(376, 112, 16, 350, accent) +
        rect(236, 172, 112, 74, '#fbf8ef', 8) +
        stroke('M254 198 H330 M254 220 H306', light, 6) +
        shape('M262 462 h22 v48 l-11 -12 l-11 12 z', accent),
    ),
  'brass-fountain-pen': ({ main, dark, light, accent }) =>
    stroke('M120 425 C180 370 200 470 258 425 S330 400 372 430', accent, 7) +
    turn(
      -42,
      rect(250, 262, 260, 62, main, 22) +
        rect(250, 262, 260, 20, light, 10) +
        rect(300, 258, 16, 70, dark, 4) +
        rect(470, 246, 14, 16, dark, 4) +
        rect(368, 244, 112, 13, dark, 6) +
        shape('M252 268 L196 278 V308 L252 318 Z', accent) +
        shape('M198 276 L112 293 L198 310 Z', light) +
        stroke('M190 293 H128', dark, 4) +
        circle(186, 293, 6, dark),
    ),
  'studio-headphones': ({ main, dark, light, accent }) =>
    stroke('M158 345 C150 90 450 90 442 345', main, 30) +
    stroke('M178 262 C205 128 395 128 422 262', light, 12) +
    each([-1, 1], (side) => {
      const x = 300 + side * 142;
      return (
        rect(x - 42, 290, 84, 160, dark, 40) +
        rect(x - side * 34 - 26, 298, 52, 144, light, 24) +
        rect(x + side * 8 - 30, 306, 60, 128, main, 28) +
        circle(x + side * 12, 370, 19, accent)
      );
    }) +
    stroke('M458 445 C470 500 390 500 360 476', dark, 7),
  'compact-keyboard': ({ main, dark, light, accent }) =>
    turn(
      -6,
      rect(75, 208, 450, 200, dark, 24) +
        rect(75, 196, 450, 196, main, 24) +
        each([216, 258, 300], (y, row) =>
          each([97, 139, 181, 223, 265, 307, 349, 391, 433, 475], (x, column) => {
            const tone = row === 0 && column === 0 ? accent : row === 2 && column === 9 ? '#f2b35b' : light;
            return rect(x, y + 4, 34, 32, fadeOf(dark), 7) + rect(x, y, 34, 32, tone, 7);
          }),
        ) +
        each([97, 139, 433, 475], (x) => rect(x, 346, 34, 32, fadeOf(dark), 7) + rect(x, 342, 34, 32, light, 7)) +
        rect(181, 346, 244, 32, fadeOf(dark), 7) +
        rect(181, 342, 244, 32, light, 7),
    ) + fade(0.6, stroke('M300 178 C300 130 340 150 340 100', dark, 9)),
};

/** A key's side: the tray's own tone, lighter. */
const fadeOf = (color: string) => `${color}99`;
