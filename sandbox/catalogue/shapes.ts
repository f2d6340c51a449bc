/** The few SVG shapes that the pictures are made of. The canvas is 600 × 600; a thing stands on the line y = 470. */

export const rect = (x: number, y: number, width: number, height: number, fill: string, radius = 0) =>
  `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}"/>`;

export const circle = (x: number, y: number, radius: number, fill: string) =>
  `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}"/>`;

export const ellipse = (x: number, y: number, rx: number, ry: number, fill: string) =>
  `<ellipse cx="${x}" cy="${y}" rx="${rx}" ry="${ry}" fill="${fill}"/>`;

export const shape = (d: string, fill: string) => `<path d="${d}" fill="${fill}"/>`;

export const stroke = (d: string, color: string, width: number) =>
  `<path d="${d}" fill="none" stroke="${color}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round"/>`;

export const turn = (degrees: number, content: string) => `<g transform="rotate(${degrees} 300 300)">${content}</g>`;

export const fade = (opacity: number, content: string) => `<g opacity="${opacity}">${content}</g>`;

/** The same thing drawn at each of the values. */
export const each = (values: readonly number[], draw: (value: number, index: number) => string) =>
  values.map(draw).join('');
