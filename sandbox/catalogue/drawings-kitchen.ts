import type { Palette } from './demo-product.ts';
import { circle, each, ellipse, fade, rect, shape, stroke, turn } from './shapes.ts';

type Drawing = (tone: Palette) => string;

export const kitchenDrawings: Readonly<Record<string, Drawing>> = {
  'stoneware-mug': ({ main, dark, light, accent }) =>
    stroke('M390 275 C480 265 480 400 385 395', dark, 30) +
    shape('M190 215 H405 V400 Q405 470 335 470 H260 Q190 470 190 400 Z', main) +
    shape('M190 215 H405 V290 Q350 320 300 285 T190 300 Z', light) +
    shape('M190 215 H232 V470 Q190 460 190 400 Z', 'rgba(255,255,255,.22)') +
    ellipse(297.5, 215, 107.5, 24, dark) +
    ellipse(297.5, 219, 92, 16, accent) +
    each([250, 300, 350], (x) => fade(0.5, stroke(`M${x} 170 q-16 -22 0 -42 t0 -42`, '#fff', 9))),
  'gooseneck-kettle': ({ main, dark, light, accent }) =>
    stroke('M225 430 C110 430 160 240 85 215', dark, 22) +
    stroke('M375 225 C500 205 500 380 430 440', accent, 24) +
    shape('M215 235 H385 L425 450 Q427 470 405 470 H195 Q173 470 175 450 Z', main) +
    shape('M215 235 H260 L225 470 H195 Q173 470 175 450 Z', light) +
    rect(205, 218, 190, 26, dark, 13) +
    rect(270, 196, 60, 24, main, 10) +
    circle(300, 182, 20, accent) +
    circle(318, 350, 34, '#f7f7f4') +
    stroke('M318 350 L334 330', accent, 6),
  'cast-iron-teapot': ({ main, dark, light, accent }) =>
    stroke('M185 290 C170 120 430 120 415 290', dark, 17) +
    shape('M395 385 C460 385 445 300 505 275 L525 300 C490 330 500 430 400 445 Z', dark) +
    ellipse(300, 365, 150, 105, main) +
    each([320, 360, 400], (y) =>
      each([195, 235, 275, 315, 355, 395], (x, i) => circle(x + (i % 2) * 4, y + (i % 2) * 14, 7, light)),
    ) +
    ellipse(300, 270, 92, 22, dark) +
    ellipse(300, 262, 82, 18, main) +
    circle(300, 238, 18, accent) +
    ellipse(232, 330, 26, 42, 'rgba(255,255,255,.14)'),
  'chefs-knife': ({ main, dark, light, accent }) =>
    turn(
      -28,
      shape('M70 300 C140 350 240 362 378 362 V272 H170 Q110 276 70 300 Z', light) +
        shape('M70 300 C140 350 240 362 378 362 V338 C250 338 150 330 70 300 Z', main) +
        rect(374, 268, 26, 96, dark, 5) +
        shape('M398 278 H528 Q552 282 548 316 Q544 352 518 348 C470 340 440 352 398 346 Z', accent) +
        each([428, 470, 512], (x) => circle(x, 314, 7, '#e9d9c3')),
    ),
  'oak-cutting-board': ({ main, dark, light, accent }) =>
    rect(155, 150, 290, 320, dark, 34) +
    rect(155, 140, 290, 320, main, 34) +
    rect(275, 80, 50, 90, main, 25) +
    circle(300, 106, 12, dark) +
    each([200, 245, 290, 335, 380], (x) => fade(0.45, stroke(`M${x} 175 q18 60 0 130 t0 120`, light, 8))) +
    stroke('M185 440 V205 Q185 172 218 172 H382 Q415 172 415 205 V440', dark, 5) +
    circle(345, 360, 56, '#e2563b') +
    circle(345, 360, 44, '#f07a5f') +
    each([0, 60, 120, 180, 240, 300], (angle) => {
      const radians = (angle * Math.PI) / 180;
      return circle(345 + 25 * Math.cos(radians), 360 + 25 * Math.sin(radians), 8, '#fbe3b8');
    }) +
    shape('M235 300 C235 240 290 235 300 235 C300 290 275 305 235 300 Z', accent) +
    stroke('M240 296 L288 248', '#8fb071', 4),
  'linen-apron': ({ main, dark, light, accent }) =>
    stroke('M235 165 C240 60 360 60 365 165', accent, 14) +
    stroke('M185 285 Q120 290 95 350 M415 285 Q480 290 505 350', accent, 14) +
    shape('M230 160 H370 L385 265 L425 285 V455 Q425 470 410 470 H190 Q175 470 175 455 V285 L215 265 Z', main) +
    shape('M230 160 H262 L228 470 H190 Q175 470 175 455 V285 L215 265 Z', light) +
    rect(225, 325, 150, 95, dark, 12) +
    stroke('M300 325 V420', light, 4) +
    shape('M320 280 h38 v75 h-38 z', accent),
  'pepper-mill': ({ main, dark, light, accent }) =>
    circle(300, 128, 24, accent) +
    shape('M258 210 Q250 150 300 150 Q350 150 342 210 Z', main) +
    rect(246, 206, 108, 20, accent, 10) +
    shape(
      'M255 226 H345 C335 290 345 330 368 390 Q380 430 376 458 H224 Q220 430 232 390 C255 330 265 290 255 226 Z',
      main,
    ) +
    shape('M262 226 H285 C282 310 262 350 250 458 H224 Q220 430 232 390 C255 330 268 290 262 226 Z', light) +
    rect(218, 448, 164, 24, dark, 10) +
    each([150, 178, 420, 452, 470], (x, i) => circle(x, 462 - (i % 2) * 6, 8, accent)),
};
