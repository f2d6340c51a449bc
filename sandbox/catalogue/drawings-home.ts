import type { Palette } from './demo-product.ts';
import { circle, each, ellipse, fade, rect, shape, stroke } from './shapes.ts';

type Drawing = (tone: Palette) => string;

export const homeDrawings: Readonly<Record<string, Drawing>> = {
  'arc-table-lamp': ({ main, dark, light, accent }) =>
    fade(0.5, shape('M285 255 L180 470 H520 L435 255 Z', light)) +
    stroke('M205 450 C150 190 240 110 355 165', accent, 15) +
    rect(135, 446, 150, 24, accent, 12) +
    shape('M355 140 C430 140 465 200 465 258 H255 C255 200 290 140 355 140 Z', main) +
    shape('M330 143 C290 160 275 205 275 258 H255 C255 200 285 150 330 143 Z', light) +
    ellipse(360, 258, 105, 13, dark) +
    circle(360, 268, 24, '#fffbe8') +
    circle(355, 138, 12, dark),
  'merino-blanket': ({ main, dark, light, accent }) =>
    each([410, 340, 270], (y, layer) => {
      const tone = layer === 1 ? accent : main;
      const mark = layer === 1 ? light : dark;
      return (
        rect(130 + layer * 6, y, 340 - layer * 12, 64, tone, 30) +
        each([175, 215, 255, 295, 335, 375, 415], (x) =>
          fade(0.5, stroke(`M${x - 12} ${y + 18} l12 14 l12 -14 M${x - 12} ${y + 36} l12 14 l12 -14`, mark, 5)),
        )
      );
    }) +
    shape('M200 270 V215 Q200 190 230 190 H390 Q420 190 420 215 V400 H330 V270 Z', light) +
    each([340, 358, 376, 394, 412], (x) => stroke(`M${x} 400 v24`, light, 7)) +
    each([350, 380, 405], (x) => fade(0.45, stroke(`M${x} 215 V385`, main, 6))),
  'corduroy-cushion': ({ main, dark, light, accent }) =>
    shape(
      'M150 165 Q300 205 450 165 Q485 155 475 195 Q435 310 475 430 Q485 472 445 462 Q300 425 155 462 Q115 472 125 430 Q165 310 125 195 Q115 155 150 165 Z',
      main,
    ) +
    each([180, 220, 260, 300, 340, 380, 420], (x) =>
      fade(0.6, stroke(`M${x} 188 Q${300 + (x - 300) * 0.84} 312 ${x} 438`, dark, 7)),
    ) +
    each([200, 240, 280], (x) => fade(0.5, stroke(`M${x} 192 Q${300 + (x - 300) * 0.84} 312 ${x} 434`, light, 7))) +
    each([140, 460], (x) => circle(x, 178, 14, accent) + circle(x, 448, 14, accent)),
  'beeswax-candle': ({ main, dark, light, accent }) =>
    fade(0.6, circle(255, 150, 78, '#fff3c4')) +
    rect(205, 215, 100, 250, main, 14) +
    rect(205, 215, 30, 250, light, 14) +
    ellipse(255, 218, 50, 14, light) +
    shape('M275 222 h30 v75 q-15 18 -15 -12 q0 -30 -15 -30 z', light) +
    rect(335, 325, 90, 140, main, 14) +
    rect(335, 325, 26, 140, light, 14) +
    ellipse(380, 328, 45, 12, dark) +
    stroke('M255 218 V192 M380 326 V304', '#4b3a2a', 6) +
    shape('M255 92 C292 140 286 196 255 198 C224 196 218 140 255 92 Z', accent) +
    shape('M255 134 C274 160 270 190 255 192 C240 190 236 160 255 134 Z', '#ffe08a') +
    rect(165, 455, 300, 18, '#8f7db0', 9),
  'quiet-wall-clock': ({ main, dark, light, accent }) =>
    circle(300, 300, 178, dark) +
    circle(300, 300, 156, main) +
    each([0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330], (angle) => {
      const long = angle % 90 === 0;
      return `<g transform="rotate(${angle} 300 300)">${rect(300 - (long ? 5 : 3), 160, long ? 10 : 6, long ? 30 : 18, dark, 3)}</g>`;
    }) +
    stroke('M300 300 L230 246', dark, 14) +
    stroke('M300 300 L372 200', dark, 9) +
    stroke('M285 340 L330 175', accent, 5) +
    circle(300, 300, 13, accent) +
    fade(0.5, shape('M178 238 A140 140 0 0 1 262 165 L300 300 Z', light)),
  'terracotta-pot': ({ main, dark, light, accent }) =>
    stroke('M300 330 V250', '#3c6b3a', 10) +
    each(
      [-1, 1],
      (side) =>
        shape(
          `M300 300 C${300 + side * 40} 210 ${300 + side * 130} 210 ${300 + side * 160} 160 C${300 + side * 170} 270 ${300 + side * 90} 310 300 312 Z`,
          accent,
        ) +
        shape(
          `M300 230 C${300 + side * 20} 150 ${300 + side * 70} 130 ${300 + side * 84} 80 C${300 + side * 110} 170 ${300 + side * 60} 230 300 244 Z`,
          '#67a563',
        ) +
        stroke(`M300 306 Q${300 + side * 90} 270 ${300 + side * 146} 186`, '#8cc187', 4),
    ) +
    rect(185, 315, 230, 52, dark, 10) +
    rect(185, 310, 230, 50, main, 10) +
    shape('M205 362 H395 L372 455 Q368 470 352 470 H248 Q232 470 228 455 Z', main) +
    shape('M205 362 H252 L268 470 H248 Q232 470 228 455 Z', light) +
    rect(205, 362, 190, 10, dark),
  'fluted-vase': ({ main, dark, light, accent }) =>
    stroke('M300 260 C300 200 290 160 262 120 M306 260 C312 210 340 190 362 170', '#5f8f5a', 8) +
    shape('M262 130 C214 118 214 62 238 50 Q252 70 262 48 Q274 70 290 52 C310 78 300 122 262 130 Z', accent) +
    shape('M368 178 C332 172 330 128 348 116 Q360 130 368 112 Q378 130 392 118 C410 140 402 174 368 178 Z', '#f2a33c') +
    shape(
      'M250 215 H350 C345 270 395 300 395 370 Q395 470 330 470 H270 Q205 470 205 370 C205 300 255 270 250 215 Z',
      main,
    ) +
    each([-66, -40, -14, 14, 40, 66], (offset, i) =>
      fade(
        i % 2 ? 0.55 : 0.4,
        stroke(
          `M${300 + offset * 0.5} 226 C${300 + offset * 0.5} 290 ${300 + offset * 1.1} 300 ${300 + offset * 1.1} 370 Q${300 + offset * 1.1} 440 ${300 + offset * 0.7} 462`,
          i % 2 ? light : dark,
          7,
        ),
      ),
    ) +
    ellipse(300, 215, 50, 11, light),
};
