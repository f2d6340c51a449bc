import type { RequestHandler } from 'express';
import { CARRIER } from './journey.ts';
import type { Address, Parcel, Parcels } from './parcels.ts';

/** The label as a picture one can print: 4 × 6 inches, with a bar code that a scanner reads. */
export function drawLabel(parcels: Parcels): RequestHandler {
  return (req, res) => {
    const parcel = parcels.find(String(req.params.id));
    if (!parcel) return void res.status(404).type('text/plain').send('No such label.');
    res.type('image/svg+xml').send(draw(parcel));
  };
}

function draw(parcel: Parcel): string {
  const { facts } = parcel;
  const digits = parcel.tracking_number.replaceAll(/\D/g, '');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 600" width="400" height="600" font-family="Helvetica, Arial, sans-serif">
<rect width="400" height="600" fill="#fff"/><rect x="8" y="8" width="384" height="584" fill="none" stroke="#000" stroke-width="3"/>
<text x="24" y="52" font-size="30" font-weight="700">${CARRIER}</text>
<text x="376" y="52" font-size="24" font-weight="700" text-anchor="end">${escapeHtml(facts.service.toUpperCase())}</text>
<path d="M8 72H392M8 168H392M8 372H392" stroke="#000" stroke-width="2"/>
<text x="24" y="94" font-size="12">FROM</text>${lines(facts.from, 24, 114, 14)}
<text x="24" y="194" font-size="12">TO</text>${lines(facts.to, 24, 224, 21)}
${bars(digits, 40, 396, 320, 120)}
<text x="200" y="542" font-size="18" text-anchor="middle" letter-spacing="2">${parcel.tracking_number}</text>
<text x="24" y="576" font-size="12">${(facts.weight_grams / 1000).toFixed(3)} kg</text>
<text x="376" y="576" font-size="12" text-anchor="end">ref ${escapeHtml(parcel.reference.slice(-12))}</text>
</svg>`;
}

function lines(address: Address, x: number, y: number, size: number): string {
  const { name, line1, line2, city, state, postal_code, country } = address;
  const place = [city, state, postal_code].filter(Boolean).join(' ');
  return [name, line1, line2, place, country]
    .filter((line) => line !== undefined && line !== null && line !== '')
    .map((line, index) => {
      const text = escapeHtml(String(line).slice(0, 40));
      return `<text x="${x}" y="${y + index * size * 1.3}" font-size="${size}">${text}</text>`;
    })
    .join('');
}

/** Wide (w) and narrow (n) elements of each digit in Interleaved 2 of 5 (ISO/IEC 16390). */
const DIGITS = ['nnwwn', 'wnnnw', 'nwnnw', 'wwnnn', 'nnwnw', 'wnwnn', 'nwwnn', 'nnnww', 'wnnwn', 'nwnwn'];

/** A pair of digits shares its bars and gaps: the first is told by the bars, the second by the gaps between them. */
function bars(digits: string, x: number, y: number, width: number, height: number): string {
  let elements = 'nnnn';
  for (let at = 0; at < digits.length; at += 2) {
    const dark = DIGITS[Number(digits[at])] ?? '';
    const light = DIGITS[Number(digits[at + 1])] ?? '';
    for (let bit = 0; bit < 5; bit++) elements += `${dark[bit]}${light[bit]}`;
  }
  elements += 'wnn';
  const widths = [...elements].map((element) => (element === 'w' ? 2.5 : 1));
  const unit = width / widths.reduce((sum, each) => sum + each, 0);
  let left = x;
  const rects = widths.map((each, index) => {
    const rect = `<rect x="${left.toFixed(2)}" y="${y}" width="${(each * unit).toFixed(2)}" height="${height}"/>`;
    left += each * unit;
    return index % 2 === 0 ? rect : '';
  });
  return rects.join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
