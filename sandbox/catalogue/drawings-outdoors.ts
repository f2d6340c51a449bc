import type { Palette } from './demo-product.ts';
import { circle, each, ellipse, fade, rect, shape, stroke } from './shapes.ts';

type Drawing = (tone: Palette) => string;

export const outdoorsDrawings: Readonly<Record<string, Drawing>> = {
  'ridge-backpack': ({ main, dark, light, accent }) =>
    stroke('M262 150 C262 100 338 100 338 150', dark, 14) +
    rect(140, 300, 60, 130, accent, 26) +
    rect(400, 300, 60, 130, accent, 26) +
    shape('M180 240 C180 150 230 135 300 135 S420 150 420 240 V430 Q420 470 380 470 H220 Q180 470 180 430 Z', main) +
    shape('M180 240 C180 150 230 135 262 136 C222 160 216 200 216 250 V470 Q180 466 180 430 Z', light) +
    shape('M172 205 C182 128 250 122 300 122 S418 128 428 205 Q430 250 400 250 H200 Q170 250 172 205 Z', dark) +
    rect(220, 310, 160, 128, dark, 22) +
    rect(228, 318, 144, 34, accent, 12) +
    each([248, 338], (x) => rect(x, 228, 16, 70, accent, 5) + rect(x - 5, 274, 26, 20, '#e7d7b5', 4)),
  'two-person-tent': ({ main, dark, light, accent }) =>
    shape('M40 470 L150 330 L225 410 L310 300 L430 440 L480 390 L560 470 Z', '#a9c5dd') +
    circle(450, 150, 42, '#fff4cf') +
    shape('M300 180 L520 470 H80 Z', main) +
    shape('M300 180 L80 470 H200 Z', light) +
    shape('M300 180 L402 470 H520 Z', dark) +
    shape('M300 222 L372 470 H228 Z', accent) +
    shape('M300 222 L228 470 H262 Q288 360 300 222 Z', '#f7ead2') +
    stroke('M300 180 V150 M80 470 L52 482 M520 470 L548 482', '#56483a', 7) +
    shape('M300 150 h40 l-12 12 l12 12 h-40 z', '#d9533f'),
  'storm-lantern': ({ main, dark, light, accent }) =>
    `<radialGradient id="lamp"><stop offset="0" stop-color="${accent}" stop-opacity=".6"/><stop offset="1" stop-color="${accent}" stop-opacity="0"/></radialGradient>${circle(300, 310, 250, 'url(#lamp)')}` +
    stroke('M205 250 C190 60 410 60 395 250', light, 9) +
    shape('M252 170 H348 L366 215 H234 Z', main) +
    rect(272, 140, 56, 34, dark, 8) +
    shape('M240 215 H360 C392 270 392 345 360 395 H240 C208 345 208 270 240 215 Z', 'rgba(255,247,214,.82)') +
    shape('M300 262 C334 306 326 352 300 354 C274 352 266 306 300 262 Z', '#f4a23a') +
    shape('M300 300 C316 322 312 346 300 348 C288 346 284 322 300 300 Z', '#fff3b8') +
    stroke('M236 240 L364 372 M364 240 L236 372', dark, 5) +
    each([214, 386], (x) => rect(x - 7, 200, 14, 215, main, 6)) +
    rect(228, 388, 144, 22, dark, 8) +
    shape('M205 408 H395 L412 455 Q414 470 398 470 H202 Q186 470 188 455 Z', main) +
    circle(300, 440, 15, light),
  'steel-bottle': ({ main, dark, light, accent }) =>
    stroke('M262 128 C262 84 338 84 338 128', dark, 13) +
    rect(256, 122, 88, 56, dark, 12) +
    rect(250, 168, 100, 18, accent, 6) +
    shape(
      'M258 184 H342 C342 220 378 226 378 276 V440 Q378 470 348 470 H252 Q222 470 222 440 V276 C222 226 258 220 258 184 Z',
      main,
    ) +
    shape('M262 186 H282 C282 226 252 236 252 282 V470 Q222 466 222 440 V276 C222 228 262 220 262 186 Z', light) +
    shape('M222 388 C270 360 320 420 378 380 V440 Q378 470 348 470 H252 Q222 470 222 440 Z', dark) +
    circle(318, 318, 22, accent) +
    shape('M276 352 L310 300 L330 328 L340 316 L362 352 Z', '#fdf6ea'),
  'folding-stove': ({ main, dark, light, accent }) =>
    each(
      [262, 300, 338],
      (x, i) =>
        shape(`M${x} ${130 + Math.abs(i - 1) * 24} c30 50 20 86 0 88 c-20 -2 -30 -38 0 -88 z`, accent) +
        shape(`M${x} ${172 + Math.abs(i - 1) * 10} c13 24 9 44 0 45 c-9 -1 -13 -21 0 -45 z`, '#bfe0ff'),
    ) +
    stroke('M300 300 L176 222 H150 M300 300 L424 222 H450 M300 300 V232', dark, 14) +
    ellipse(300, 232, 58, 15, main) +
    rect(276, 236, 48, 74, main, 8) +
    rect(318, 280, 86, 13, dark, 6) +
    circle(412, 286, 16, '#d9533f') +
    rect(262, 306, 76, 24, dark, 8) +
    shape('M205 370 Q205 328 260 328 H340 Q395 328 395 370 V440 Q395 470 365 470 H235 Q205 470 205 440 Z', '#e06b3d') +
    shape('M205 370 Q205 328 250 328 Q238 350 238 380 V470 Q205 470 205 440 Z', '#f0936b') +
    rect(205, 378, 190, 44, '#fbf2e3') +
    fade(0.7, stroke('M232 400 H368', light, 8)),
  'sighting-compass': ({ main, dark, light, accent }) =>
    stroke('M300 120 C250 60 350 60 300 120', dark, 10) +
    circle(300, 300, 176, dark) +
    circle(300, 296, 168, main) +
    circle(300, 298, 134, '#fbf7ea') +
    each(
      [0, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300, 330],
      (angle) =>
        `<g transform="rotate(${angle} 300 298)">${rect(297, 174, 6, angle % 90 === 0 ? 26 : 14, dark, 2)}</g>`,
    ) +
    `<g transform="rotate(32 300 298)">${shape('M300 196 L326 298 H274 Z', accent)}${shape('M300 400 L326 298 H274 Z', '#37465a')}${shape('M300 196 L300 298 H274 Z', '#e4695f')}</g>` +
    circle(300, 298, 13, main) +
    fade(0.35, shape('M184 250 A126 126 0 0 1 268 178 L250 230 Z', light)),
};
