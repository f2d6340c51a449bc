import type { Palette } from './demo-product.ts';
import { circle, each, ellipse, fade, rect, shape, stroke } from './shapes.ts';

type Drawing = (tone: Palette) => string;

export const wearDrawings: Readonly<Record<string, Drawing>> = {
  'heavy-cotton-shirt': ({ main, dark, light, accent }) =>
    shape(
      'M232 130 L130 178 L92 282 L160 308 L184 262 V456 Q184 470 198 470 H402 Q416 470 416 456 V262 L440 308 L508 282 L470 178 L368 130 Q300 186 232 130 Z',
      main,
    ) +
    shape('M184 262 V456 Q184 470 198 470 H222 V200 Z', light) +
    stroke('M232 130 Q300 190 368 130', dark, 14) +
    stroke('M184 262 L192 214 M416 262 L408 214', dark, 5) +
    stroke('M100 268 L164 292 M500 268 L436 292 M190 452 H410', dark, 4) +
    circle(345, 248, 30, accent) +
    shape('M324 258 L340 234 L349 246 L355 240 L366 258 Z', light),
  'lambswool-beanie': ({ main, dark, light, accent }) =>
    each([0, 45, 90, 135, 180, 225, 270, 315], (angle) => {
      const radians = (angle * Math.PI) / 180;
      return circle(300 + 26 * Math.cos(radians), 130 + 26 * Math.sin(radians), 26, accent);
    }) +
    circle(300, 130, 34, '#fff7e6') +
    shape('M160 380 C150 210 230 160 300 160 S450 210 440 380 Z', main) +
    each([205, 252, 300, 348, 395], (x) =>
      fade(0.55, stroke(`M${x} 370 Q${300 + (x - 300) * 0.9} 240 ${300 + (x - 300) * 0.3} 178`, dark, 8)),
    ) +
    rect(142, 352, 316, 104, light, 26) +
    each([170, 200, 230, 260, 290, 320, 350, 380, 410, 436], (x) => fade(0.5, stroke(`M${x} 370 V440`, main, 9))) +
    rect(376, 384, 44, 38, accent, 6),
  'striped-scarf': ({ main, dark, light, accent }) =>
    shape('M345 250 L410 430 H318 L286 280 Z', dark) +
    each([1, 2], (i) => shape(`M${345 + i * 18} ${250 + i * 50} l14 38 H${300 + i * 9} l-8 -38 z`, accent)) +
    each([326, 346, 366, 386, 402], (x) => stroke(`M${x} 432 v30`, dark, 9)) +
    ellipse(300, 225, 150, 88, main) +
    ellipse(300, 198, 92, 42, dark) +
    stroke('M166 250 Q300 350 434 250', accent, 18) +
    stroke('M158 215 Q300 320 442 215', light, 10) +
    shape('M210 270 L290 285 L270 440 H170 Z', main) +
    shape('M200 312 L286 322 L283 350 L192 340 Z', accent) +
    shape('M186 366 L280 376 L277 396 L180 388 Z', light) +
    each([180, 202, 224, 246, 264], (x) => stroke(`M${x} 442 v30`, main, 9)),
  'everyday-socks': ({ main, dark, light, accent }) =>
    each([1, 0], (back) => {
      const move = back ? 'translate(76 -34)' : 'translate(-24 0)';
      const [body, heel] = back ? [accent, '#29507f'] : [main, dark];
      return `<g transform="${move}">${
        shape('M232 130 H340 V310 C340 360 430 372 452 408 Q470 470 405 470 H300 Q232 470 232 400 Z', body) +
        shape('M232 340 Q290 350 290 410 Q290 450 250 452 Q232 430 232 400 Z', heel) +
        shape('M405 378 Q452 396 454 428 Q452 470 405 470 H384 Q372 420 405 378 Z', heel) +
        rect(224, 118, 124, 50, back ? '#6f96c9' : light, 14) +
        each([200, 232, 264], (y) => rect(232, y, 108, 12, heel))
      }</g>`;
    }),
  'rain-jacket': ({ main, dark, light, accent }) =>
    shape('M228 168 C228 70 372 70 372 168 L340 200 H260 Z', dark) +
    ellipse(300, 164, 46, 44, accent) +
    shape(
      'M228 160 L150 200 L96 404 L164 428 L190 330 V456 Q190 470 204 470 H396 Q410 470 410 456 V330 L436 428 L504 404 L450 200 L372 160 Q300 232 228 160 Z',
      main,
    ) +
    shape('M228 160 L150 200 L96 404 L128 415 L190 230 Z', light) +
    stroke('M300 204 V470', dark, 9) +
    stroke('M190 330 L196 262 M410 330 L404 262', dark, 5) +
    each([214, 330], (x) => rect(x, 366, 56, 14, dark, 7)) +
    rect(326, 262, 54, 12, accent, 6) +
    stroke(
      'M120 110 l-8 26 M478 100 l-8 26 M84 226 l-8 26 M530 236 l-8 26 M180 70 l-8 26 M420 60 l-8 26',
      '#8fb2d6',
      8,
    ),
  'canvas-tote': ({ main, dark, light, accent }) =>
    stroke('M232 240 C232 70 368 70 368 240', dark, 17) +
    shape('M165 225 H435 L458 450 Q460 470 440 470 H160 Q140 470 142 450 Z', main) +
    shape('M165 225 H212 L196 470 H160 Q140 470 142 450 Z', light) +
    rect(162, 222, 276, 18, dark, 6) +
    stroke('M232 236 V262 M368 236 V262', dark, 17) +
    circle(300, 352, 62, accent) +
    shape('M258 372 L292 316 L312 346 L322 334 L344 372 Z', light) +
    circle(330, 322, 10, light),
};
